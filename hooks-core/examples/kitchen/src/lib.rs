//! The hooks of a kitchen: what a host that depends on `hooks-core` alone writes for its plugins.
//!
//! [HOOKS.md](../HOOKS.md) is written from this file, by the program beside it.

use hooks_core::hookspec;

/// Something to eat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dish {
    /// What the menu calls it.
    pub name: String,
    /// How many people share it.
    pub guests: u32,
}

/// Why a dish cannot be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoilt {
    /// What is wrong with it.
    pub reason: String,
}

impl std::fmt::Display for Spoilt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Spoilt {}

/// What happens in the kitchen, from the order to the table.
///
/// A dish goes through the hooks in this order: [`on_order`](Self::on_order()), [`cook`],
/// [`inspect`], [`price`].
///
/// # Example
///
/// ```
/// use hooks_core::PluginManager;
/// use kitchen::{Dish, Kitchen};
///
/// let plugins = PluginManager::new();
/// let kitchen = plugins.hooks::<Kitchen>();
/// let soup = Dish { name: "soup".into(), guests: 2 };
/// assert_eq!(kitchen.price(&soup, 12), 12);
/// ```
///
/// [`cook`]: Self::cook()
/// [`inspect`]: Self::inspect()
/// [`price`]: Self::price()
#[hookspec]
pub trait Kitchen {
    /// Called when an order comes in.
    #[hook(subject = "orders", since = "0.1")]
    fn on_order(
        &self,
        /// What the guests asked for.
        dish: &Dish,
        /// Where they sit.
        table: u32,
    );

    /// Called when an order comes in, with the words of the guest.
    #[deprecated(since = "0.1.0", note = "guests order by number")]
    #[hook(subject = "orders", replaced_by = on_order)]
    fn on_words(&self, words: &str);

    /// Asks who cooks a dish. The first answer wins: see [`on_order`](Self::on_order()) for what
    /// comes before.
    #[hook(subject = "cooking", firstresult)]
    fn cook(&self, dish: &Dish) -> Option<String>;

    /// Asks what goes into a dish.
    #[hook(subject = "cooking")]
    fn ingredients(&self, dish: &Dish) -> Vec<String>;

    /// Looks at a dish before it is served.
    ///
    /// # What a failure means
    ///
    /// The dish stays in the kitchen.
    #[hook(subject = "cooking", on_failure = stop)]
    fn inspect(&self, dish: &mut Dish) -> Result<(), Spoilt>;

    /// Works out the price of a dish.
    #[hook(subject = "the bill", waterfall)]
    fn price(
        &self,
        dish: &Dish,
        /// In cents: the price so far.
        ///
        /// The first implementation gets what the menu says.
        #[flow]
        cents: u32,
    ) -> u32;

    /// Asks the suppliers what they have, all at once.
    #[hook(subject = "supplies", concurrent)]
    async fn offers(&self, season: &str) -> Result<Option<Dish>, Spoilt>;

    /// Called when the kitchen closes. Who comes later is told, too.
    #[hook(historic)]
    fn on_close(&self);
}

/// The plugins in the reference are tested with the examples of this crate.
#[cfg(doctest)]
#[doc = include_str!("../HOOKS.md")]
struct Hooks;
