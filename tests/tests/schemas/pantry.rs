//! A spec with arguments and answers of every kind, and what serde writes of a call of each hook.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use hooks_core::hookspec;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

/// A dish on its way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(example = Self::soup())]
pub(crate) struct Dish {
    /// What the menu calls it.
    pub(crate) name: String,
    /// Those who share it. It is always written, and need not be there when it is read.
    #[serde(default)]
    pub(crate) guests: u32,
}

impl Dish {
    pub(crate) fn soup() -> Self {
        Self { name: "soup".to_owned(), guests: 3 }
    }
}

/// A dish and what may follow, which is a menu too.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Menu {
    pub(crate) dish: Dish,
    pub(crate) then: Vec<Menu>,
}

/// What another thing is in. A definition of its own for each thing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Crate<T> {
    pub(crate) holds: T,
}

/// How much there is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "unit", rename_all = "snake_case")]
pub(crate) enum Amount {
    /// In pieces.
    Pieces { count: u8 },
    /// In litres.
    Litres { litres: f64 },
}

/// A note that borrows what it says.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct Note<'a> {
    pub(crate) text: &'a str,
}

/// A type whose definition has a name that is no name elsewhere.
#[derive(Debug, Serialize)]
pub(crate) struct Odd;

impl JsonSchema for Odd {
    fn schema_name() -> Cow<'static, str> {
        "of <a/b> ~ é".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "null"})
    }
}

/// A type without a schema.
#[derive(Clone, Debug)]
pub(crate) struct Secret;

/// What happens in a pantry.
#[hookspec]
pub(crate) trait Pantry {
    /// Arguments in every way in which they can be passed.
    #[hook(subject = "deliveries", since = "0.2")]
    fn on_delivery(
        &self,
        /// The dish, read.
        dish: &Dish,
        changed: &mut Dish,
        owned: Dish,
        name: &str,
        r#type: &'static str,
        count: u32,
        warm: bool,
        letter: char,
        /// What was said, if something was.
        said: Option<&str>,
        best: Option<&Dish>,
        number: Option<u64>,
    );

    /// Types that are made of others.
    #[hook(subject = "deliveries")]
    fn on_inventory(
        &self,
        dishes: &[Dish],
        notes: &[Note<'_>],
        pair: (&str, [u8; 2]),
        /// By the name of the shelf.
        shelves: &BTreeMap<String, Crate<Dish>>,
        menu: &Menu,
        amount: &Amount,
        amounts: Vec<Amount>,
        path: &Path,
        anything: &Value,
        odd: &Crate<Odd>,
        /// No longer counted.
        #[deprecated(note = "nobody counts them")]
        crumbs: i8,
    );

    /// Types that have no schema, among one that has.
    fn on_visit(
        &self,
        secret: &Secret,
        secrets: Option<&[Secret]>,
        look: &dyn Debug,
        weigh: fn(&Dish) -> u32,
        dish: &Dish,
    );

    /// Nothing is handed over.
    fn on_open(&self);

    /// Everybody is asked.
    fn best(&self, dish: &Dish) -> Option<Dish>;

    /// The first who knows.
    #[hook(firstresult, on_failure = stop)]
    fn price(&self, dish: &Dish) -> Result<Option<f64>, std::io::Error>;

    /// In turn.
    #[hook(waterfall)]
    fn season(&self, #[flow] menu: Crate<Dish>, salt: u8) -> Crate<Dish>;

    /// An answer without a schema.
    fn secret(&self) -> Secret;

    /// Awaited.
    #[hook(concurrent, timeout = "2s")]
    async fn taste(&self, dish: &Dish) -> Vec<Amount>;

    /// By and by.
    #[hook(background)]
    fn on_noise(&self, loud: f32);

    /// For ever.
    #[hook(historic)]
    fn on_stock(&self, amount: u16) -> u16;

    /// A check, which answers nothing.
    #[deprecated(since = "0.3.0", note = "nobody checks")]
    #[hook(replaced_by = price)]
    fn check(&self, dish: &Dish) -> Result<(), std::io::Error>;
}

/// What serde writes of a call of each hook that has arguments.
pub(crate) fn calls() -> Vec<(&'static str, Value)> {
    #[derive(Serialize)]
    struct OnDelivery<'a> {
        dish: &'a Dish,
        changed: &'a mut Dish,
        owned: Dish,
        name: &'a str,
        r#type: &'static str,
        count: u32,
        warm: bool,
        letter: char,
        said: Option<&'a str>,
        best: Option<&'a Dish>,
        number: Option<u64>,
    }
    #[derive(Serialize)]
    struct OnInventory<'a> {
        dishes: &'a [Dish],
        notes: &'a [Note<'a>],
        pair: (&'a str, [u8; 2]),
        shelves: &'a BTreeMap<String, Crate<Dish>>,
        menu: &'a Menu,
        amount: &'a Amount,
        amounts: Vec<Amount>,
        path: &'a Path,
        anything: &'a Value,
        odd: &'a Crate<Odd>,
        crumbs: i8,
    }
    #[derive(Serialize)]
    struct Seasoned {
        menu: Crate<Dish>,
        salt: u8,
    }
    fn written<T: Serialize>(hook: &'static str, call: T) -> (&'static str, Value) {
        (hook, serde_json::to_value(call).expect("serialised"))
    }
    let soup = Dish::soup();
    let delivery = |said, best, number| {
        let call = OnDelivery {
            dish: &soup,
            changed: &mut soup.clone(),
            owned: soup.clone(),
            name: "",
            r#type: "fish",
            count: u32::MAX,
            warm: false,
            letter: 'é',
            said,
            best,
            number,
        };
        written("on_delivery", call)
    };
    let inventory = OnInventory {
        dishes: &[soup.clone(), soup.clone()],
        notes: &[Note { text: "hot" }],
        pair: ("a", [0, 255]),
        shelves: &[("top".to_owned(), Crate { holds: soup.clone() })].into(),
        menu: &Menu {
            dish: soup.clone(),
            then: vec![Menu { dish: soup.clone(), then: Vec::new() }],
        },
        amount: &Amount::Pieces { count: 3 },
        amounts: vec![Amount::Litres { litres: 0.5 }],
        path: Path::new("shelf/top"),
        anything: &Value::Null,
        odd: &Crate { holds: Odd },
        crumbs: i8::MIN,
    };
    vec![
        delivery(None, None, None),
        delivery(Some("it is good"), Some(&soup), Some(u64::MAX)),
        written("on_inventory", inventory),
        written("season", Seasoned { menu: Crate { holds: soup.clone() }, salt: 0 }),
        ("on_noise", serde_json::json!({"loud": 0.5})),
        ("on_stock", serde_json::json!({"amount": 3})),
        ("on_open", serde_json::json!({})),
    ]
}
