//! A spec with every kind of hook, of argument and of answer.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::io;
use std::path::Path;

use hooks_core::hookspec;

/// A dish on its way through the kitchen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dish {
    /// What the menu calls it.
    pub name: String,
    /// How many people share it.
    pub guests: u32,
}

/// A note that borrows what it says.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// What it says.
    pub text: &'a str,
}

/// Why a dish cannot be had.
#[derive(Debug)]
pub struct SoldOut;

impl Display for SoldOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sold out")
    }
}

impl Error for SoldOut {}

/// What happens in a kitchen.
#[hookspec]
pub trait Kitchen {
    /// The kitchen opens.
    fn on_open(&self);

    /// An order came in.
    ///
    /// It may still change: the cook has the last word.
    fn on_order(
        &self,
        /// The dish, already on the menu.
        dish: &Dish,
        /// The table at which the guests sit.
        table: u32,
        guest: Option<&str>,
    );

    /// Every way in which an argument can be passed.
    fn on_meal(
        &self,
        dish: &mut Dish,
        owned: Dish,
        courses: &[Dish],
        note: Note<'_>,
        notes: &[Note<'_>],
        dessert: Option<&Dish>,
        recipe: &Path,
        taste: &dyn Debug,
        weigh: fn(&Dish) -> u32,
        everything: (&str, [&Dish; 2]),
        name: &'static str,
    );

    /// Changes the courses in turn.
    fn arrange(&self, courses: &mut Vec<String>, taste: &mut dyn Debug);

    /// Every cook names an ingredient.
    fn ingredient(&self, dish: &Dish) -> String;

    /// Cooks who know a wine name it.
    fn wine(&self, dish: &Dish) -> Option<String>;

    /// The first cook who knows tells how long it takes.
    #[hook(firstresult)]
    fn minutes(&self, dish: &Dish) -> Option<u32>;

    /// A check that may fail.
    fn inspect(&self, dish: &Dish) -> Result<(), SoldOut>;

    /// A price, if it can be told.
    fn price(&self, dish: &Dish) -> Result<u32, Box<dyn Error + Send + Sync>>;

    /// A discount, for those who give one.
    fn discount(&self, dish: &Dish) -> Result<Option<u32>, String>;

    /// The first place that has room.
    #[hook(firstresult)]
    fn store(&self, dish: &Dish) -> io::Result<Option<u32>>;

    /// What reads the recipe.
    fn recipe(&self) -> io::Result<String>;

    /// A type of which nothing is short.
    fn menu(&self) -> Vec<(String, Option<Box<dyn Fn(u32) -> u32 + Send>>)>;

    /// Names that Rust keeps for itself.
    #[hook(firstresult)]
    fn r#match(&self, r#type: &str, r#in: u32) -> Option<u32>;

    /// The old way to be told of an order.
    #[deprecated(since = "0.1.0", note = "implement `on_order`")]
    fn on_ticket(&self, dish: &Dish);

    /// An order was sent back.
    fn on_complaint(
        &self,
        dish: &Dish,
        #[deprecated(note = "guests have no numbers any more")] number: u32,
    );
}
