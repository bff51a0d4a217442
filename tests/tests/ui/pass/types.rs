//! Types that are harder to pass than to write.

#![deny(warnings)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use hooks_core::{Plugin, PluginManager, hookimpl, hookspec};

#[hookspec]
trait Arguments {
    /// What is neither longer nor shorter lives for ever.
    fn cell(&self, cell: &Cell<&'static str>, lines: &mut Vec<&'static str>);

    /// A closure of the caller.
    fn closure(&self, act: &dyn Fn(&str) -> usize, change: &mut dyn FnMut(u32));

    /// Functions, whose lifetimes are their own.
    fn function(&self, act: fn(&str) -> &str, other: for<'a> fn(&'a str, &str) -> &'a str);

    /// Much in one.
    fn nested(&self, map: &BTreeMap<&str, Vec<(&u32, Box<dyn Debug + '_>)>>, array: [&str; 2]);

    /// References of references.
    fn twice(&self, text: &&str, slice: &[&[&str]], constant: &'static [&'static str]);

    /// What no implementation asks for.
    fn unasked(&self, phantom: std::marker::PhantomData<&str>);
}

#[hookspec]
trait Answers {
    /// An object that lives for ever.
    fn object(&self) -> &'static dyn Debug;

    /// A function.
    fn answer_function(&self) -> fn(&str) -> &str;

    /// An object in a box.
    fn boxed(&self) -> Option<Box<dyn Debug + Send>>;

    /// A function that makes objects.
    fn maker(&self) -> fn() -> Box<dyn Debug>;

    /// The empty answer, spelt out.
    fn nothing(&self) -> ();

    /// Nothing, or why not.
    fn nothing_or_not(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

#[hookspec]
trait Memory {
    /// Remembered with nothing to remember, and answered.
    #[hook(historic)]
    fn nothing_asked(&self) -> u32;

    /// Has the name of what takes the answers.
    #[hook(historic)]
    fn taker_asked(&self, taker: &str) -> usize;

    /// Remembers what is there for ever.
    #[hook(historic)]
    fn constant_asked(&self, constant: &'static str, list: &'static [&'static str]) -> usize;
}

#[hookspec]
trait Background {
    /// Sends what is there for ever.
    #[hook(background)]
    fn send(&self, constant: &'static str, other: Option<&'static str>);

    /// Tells of what is there for ever.
    fn tell(&self, constant: &'static str);
}

#[derive(Default, Plugin)]
struct Everything;

#[hookimpl]
impl Memory for Everything {
    fn nothing_asked(&self) -> u32 {
        7
    }

    fn taker_asked(&self, taker: &str) -> usize {
        taker.len()
    }

    fn constant_asked(&self, constant: &'static str, list: &[&str]) -> usize {
        constant.len() + list.len()
    }
}

#[hookimpl]
impl Background for Everything {
    fn send(&self, constant: &'static str, other: Option<&'static str>) {
        let _: (&'static str, _) = (constant, other);
    }

    #[hookimpl(background)]
    fn tell(&self, constant: &str) {
        let _ = constant;
    }
}

#[hookimpl]
impl Arguments for Everything {
    fn cell(&self, lines: &mut Vec<&'static str>, cell: &Cell<&'static str>) {
        lines.push(cell.get());
    }

    fn closure(&self, change: &mut dyn FnMut(u32), act: &dyn Fn(&str) -> usize) {
        change(u32::try_from(act("four")).unwrap());
    }

    fn function(&self, act: fn(&str) -> &str, other: for<'a> fn(&'a str, &str) -> &'a str) {
        let _ = (act("x"), other("x", "y"));
    }

    fn nested(&self, map: &BTreeMap<&str, Vec<(&u32, Box<dyn Debug + '_>)>>, array: [&str; 2]) {
        let _ = (map.len(), array);
    }

    fn twice(&self, text: &&str, slice: &[&[&str]], constant: &'static [&'static str]) {
        let _ = (text, slice, constant);
    }

    fn unasked(&self) {}
}

#[hookimpl]
impl Answers for Everything {
    fn object(&self) -> &'static dyn Debug {
        &3
    }

    fn answer_function(&self) -> fn(&str) -> &str {
        str::trim
    }

    fn boxed(&self) -> Option<Box<dyn Debug + Send>> {
        Some(Box::new(3))
    }

    fn maker(&self) -> fn() -> Box<dyn Debug> {
        || Box::new(4)
    }

    fn nothing(&self) {}

    fn nothing_or_not(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }
}

fn main() {
    let plugins = PluginManager::discover().unwrap();
    let arguments = plugins.hooks::<Arguments>();
    let mut lines = Vec::new();
    arguments.cell(&Cell::new("line"), &mut lines);
    assert_eq!(lines, ["line"]);
    let mut sum = 0;
    arguments.closure(&|text| text.len(), &mut |number| sum += number);
    assert_eq!(sum, 4);
    let answers = plugins.hooks::<Answers>();
    assert_eq!(format!("{:?}", answers.object()), "[3]");
    let memory = plugins.hooks::<Memory>();
    let (taken, answers) = std::sync::mpsc::channel();
    let taken_too = taken.clone();
    memory.nothing_asked_then(move |answer| taken.send(answer as usize).unwrap());
    let taken_last = taken_too.clone();
    memory.taker_asked_then("four", move |answer| taken_too.send(answer).unwrap());
    memory.constant_asked_then("five!", &["six"], move |answer| taken_last.send(answer).unwrap());
    assert_eq!(answers.try_iter().collect::<Vec<_>>(), [7, 4, 6]);
    let background = plugins.hooks::<Background>();
    background.send("a", Some("b"));
    background.tell("c");
    assert!(plugins.drain(std::time::Duration::from_secs(100)).is_complete());
    let everything = &plugins.plugins()[0];
    assert_eq!((everything.deliveries.delivered, everything.failures), (2, 0));
}
