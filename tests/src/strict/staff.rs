//! Plugins that implement hooks in every way that the macros allow.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use hooks_core::{Plugin, hookimpl};

use super::cellar::Cellar;
use super::kitchen::{Dish, Kitchen, Note, SoldOut};

/// Knows everything about a kitchen.
#[derive(Debug, Default, Plugin)]
#[plugin(name = "cook")]
pub struct Cook {
    meals: AtomicU32,
}

impl Cook {
    /// How many meals were cooked.
    #[must_use]
    pub fn meals(&self) -> u32 {
        self.meals.load(Ordering::Relaxed)
    }
}

#[hookimpl]
impl Kitchen for Cook {
    fn on_open(&self) {}

    #[hookimpl(tryfirst)]
    fn on_order(&self, guest: Option<&str>, table: u32, dish: &Dish) {
        let _ = (guest, table, dish);
    }

    /// Arguments in an order of its own.
    #[hookimpl(tryfirst, hook = on_order)]
    fn seat(&self, table: u32, mut guest: Option<&str>) {
        let _ = (table, guest.take());
    }

    fn on_meal(
        &self,
        everything: (&str, [&Dish; 2]),
        weigh: fn(&Dish) -> u32,
        taste: &dyn std::fmt::Debug,
        recipe: &std::path::Path,
        dessert: Option<&Dish>,
        notes: &[Note<'_>],
        note: Note<'_>,
        courses: &[Dish],
        owned: Dish,
        dish: &mut Dish,
        name: &'static str,
    ) {
        drop((everything, taste, recipe, dessert, notes, note, courses, owned, name));
        dish.guests = weigh(dish);
        let _ = self.meals.fetch_add(1, Ordering::Relaxed);
    }

    fn arrange(&self, courses: &mut Vec<String>) {
        courses.push("soup".into());
    }

    /// What the spec lets everybody change, only read.
    #[hookimpl(hook = arrange)]
    fn count(&self, courses: &Vec<String>) {
        let _ = courses.len();
    }

    fn ingredient(&self, dish: &Dish) -> String {
        dish.name.clone()
    }

    fn wine(&self) -> Option<String> {
        None
    }

    #[hookimpl(firstresult, trylast)]
    fn minutes(&self) -> Option<u32> {
        Some(30)
    }

    fn inspect(&self) -> Result<(), SoldOut> {
        Err(SoldOut)
    }

    fn price(&self, dish: &Dish) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Ok(dish.name.parse()?)
    }

    fn discount(&self) -> Result<Option<u32>, String> {
        Ok(None)
    }

    #[hookimpl(firstresult)]
    fn store(&self) -> io::Result<Option<u32>> {
        Ok(Some(3))
    }

    fn recipe(&self) -> io::Result<String> {
        Err(io::Error::other("eaten"))
    }

    #[hookimpl]
    fn menu(&self) -> Vec<(String, Option<Box<dyn Fn(u32) -> u32 + Send>>)> {
        Vec::new()
    }

    fn r#match(&self, r#in: u32, r#type: &str) -> Option<u32> {
        (r#type == "fish").then_some(r#in)
    }

    fn on_complaint(&self, dish: &Dish) {
        let _ = dish;
    }

    #[cfg(any())]
    fn on_hook_of_another_system(&self, argument: &NotHere) {}

    #[cfg(not(any()))]
    #[hookimpl(hook = on_complaint, trylast)]
    fn on_hook_of_this_system(&self, dish: &Dish) {
        let _ = dish;
    }
}

/// Works above and below.
#[derive(Clone, Copy, Debug, Default, Plugin)]
#[plugin(name = "waiter", crate = hooks_core)]
pub struct Waiter;

#[hookimpl]
impl Kitchen for Waiter {
    fn on_open(&self) {}

    fn wine(&self, dish: &Dish) -> Option<String> {
        Some(format!("a wine for {}", dish.name))
    }
}

#[hookimpl(crate = ::hooks_core)]
impl Cellar for Waiter {
    fn on_bottle(&self, wine: &str) {
        let _ = wine;
    }

    fn temperature(&self) -> i32 {
        12
    }
}

pub use private::Porter;

mod private {
    use super::{Cellar, Plugin, hookimpl};

    /// Stays below. An enum is as good a plugin as a struct, in whatever module it is.
    #[derive(Clone, Copy, Debug, Default, Plugin)]
    #[plugin(name = "porter")]
    #[non_exhaustive]
    pub enum Porter {
        /// Asleep.
        #[default]
        Asleep,
    }

    #[hookimpl]
    impl Cellar for Porter {
        /// A method as any other: it may be public.
        #[must_use]
        pub fn temperature(&self) -> i32 {
            match self {
                Self::Asleep => 14,
            }
        }
    }
}
