//! What can be hooked in a program, and by whom: every spec that is linked in, as data that can be
//! written down.
//!
//! [`PluginManager::reference`] gives it. It is made of what `#[hookspec]` and `#[hookimpl]` took
//! from the source and of the tables of the manager, and owns all of it: it can be kept,
//! serialised and read again, by a program that has none of the specs too.
//!
//! Needs the feature `reference`.
//!
//! ```standalone_crate
//! use hooks_core::{PluginManager, hookspec};
//!
//! /// What happens in the kitchen.
//! #[hookspec]
//! trait Kitchen {
//!     /// Called when an order comes in.
//!     fn on_order(&self, dish: &str);
//! }
//!
//! let reference = PluginManager::new().reference();
//! let kitchen = reference.spec("Kitchen").expect("it is linked in");
//! assert_eq!(kitchen.documentation, "What happens in the kitchen.");
//! assert_eq!(kitchen.hooks[0].signature, "fn on_order(&self, dish: &str)");
//! ```
//!
//! It is written as Markdown ([`Reference::markdown`]), as a page of HTML with a search
//! ([`Reference::html`]), and for tools as an `AsyncAPI` document ([`Reference::asyncapi`]).
//!
//! # Schemas
//!
//! What a hook is called with, and what an implementation answers, has a JSON Schema: for those who
//! write calls down, send them, or read them in another language. The author of a spec derives
//! [`schemars::JsonSchema`] for the types in it. There is nothing to write in the spec; where the
//! feature `reference` is off, nothing of it is compiled.
//!
//! - The schemas say what serde writes, so a type that is serialised in a form of its own needs a
//!   schema of its own.
//! - An example that the type gives, by `#[schemars(example = …)]`, is in the examples of every hook
//!   that is called with it. Where a type gives none, a plain value is made up.
//! - A type without a schema is any value. So is `&dyn Trait`.
//! - In a payload, an argument is there under its name, `&T` and `&mut T` as `T`. `Option` is there
//!   too, and may be `null`.
//!
//! ```standalone_crate
//! use hooks_core::{PluginManager, hookspec};
//! use schemars::JsonSchema;
//! use serde::Serialize;
//!
//! /// A dish on the menu.
//! #[derive(Serialize, JsonSchema)]
//! #[schemars(example = Dish { name: "soup".to_owned() })]
//! struct Dish {
//!     name: String,
//! }
//!
//! #[hookspec]
//! trait Kitchen {
//!     /// Called when an order comes in.
//!     fn on_order(&self, dish: &Dish, table: Option<u32>);
//! }
//!
//! let reference = PluginManager::new().reference();
//! let order = reference.spec("Kitchen").and_then(|kitchen| kitchen.hook("on_order"));
//! let payload = &order.expect("it is linked in").payload;
//! assert_eq!(payload.schema["properties"]["dish"]["$ref"], "#/definitions/Dish");
//! assert_eq!(reference.definitions["Dish"]["description"], "A dish on the menu.");
//! let example = payload.example.as_ref().expect("made of the example of a dish");
//! assert_eq!(example.to_string(), r#"{"dish":{"name":"soup"},"table":1}"#);
//! ```

// Reads of descriptions what is to be written down,
mod describe;
// shows how a hook is implemented,
mod sample;
// reads documentation,
mod prose;
// and has the schemas of what goes through it,
mod schemas;
// with examples.
mod example;
// All of it is written down in the same words
mod words;
// for people who read on paper or in a repository,
mod markdown;
// for those who search,
mod html;
// and for tools.
mod asyncapi;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use asyncapi::Program;
pub use html::{Course, Html};
pub use markdown::{Markdown, MarkdownPage};

use crate::description::{HookKind, HookMode, HookPolicy, Passing};
use crate::manager::PluginManager;
use crate::order::Band;
use crate::plugin::Role;

/// The version of the form in which a [`Reference`] is serialised. It is raised when a field is
/// taken away or comes to mean something else, and not when one is added.
pub const SCHEMA: u32 = 1;

/// What can be hooked in a program, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// The version of this form, [`SCHEMA`].
    pub schema: u32,
    /// Every spec that is linked into the program, in the order of their names.
    pub specs: Vec<SpecReference>,
    /// The plugins that are registered, in the order of registration.
    pub plugins: Vec<PluginReference>,
    /// The JSON Schemas of the types that go through hooks, by their names. The schemas of payloads
    /// and answers refer to them, as `#/definitions/Task` from the root of this document.
    pub definitions: Map<String, Value>,
}

/// A spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpecReference {
    /// Its name, such as `BernsteinSpec`.
    pub name: String,
    /// Its documentation, in Markdown; empty where there is none.
    pub documentation: String,
    /// The path of the module in which it is written.
    pub module: String,
    /// The package in which it is written.
    pub package: String,
    /// The version of that package.
    pub version: String,
    /// The file in which it is written, as the compiler was given it: below the root of the
    /// workspace for a package of the workspace.
    pub file: String,
    /// The line at which it is written.
    pub line: u32,
    /// Its hooks, in the order in which they are written.
    pub hooks: Vec<HookReference>,
}

/// A hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HookReference {
    /// Its name, such as `on_task_created`.
    pub name: String,
    /// What it has to do with; hooks of one subject stand together.
    pub subject: Option<String>,
    /// The whole signature as the spec writes it, on one line.
    pub signature: String,
    /// How the answers combine, in a word.
    pub kind: HookKind,
    /// How the implementations are run.
    pub mode: HookMode,
    /// What a failure does to the call.
    pub on_failure: HookPolicy,
    /// How long an implementation may take, unless the host says otherwise, in nanoseconds.
    pub timeout_nanoseconds: Option<u64>,
    /// What stands in `#[hook(…)]`, on one line; empty where there is none.
    pub options: String,
    /// Its documentation, in Markdown.
    pub documentation: String,
    /// Its arguments, in the order of the spec.
    pub arguments: Vec<ArgumentReference>,
    /// What one implementation returns; empty where nothing is returned.
    pub returns: String,
    /// What it is called with: an object with a property per argument.
    pub payload: ValueReference,
    /// What one implementation answers, without the `Result` and the `Option` around it; `None`
    /// where nothing is answered.
    pub answer: Option<ValueReference>,
    /// What a call returns, such as `Vec<String>`; `()` where nothing is returned.
    pub output: String,
    /// How the answers combine and what a failure does, in sentences.
    pub combining: String,
    /// The version of the package in which it came.
    pub since: Option<String>,
    /// What there is to know if it is deprecated.
    pub deprecated: Option<DeprecationReference>,
    /// The file in which it is written, as the compiler was given it.
    pub file: String,
    /// The line at which it is written.
    pub line: u32,
    /// The names in the signature that an implementation imports, in alphabetical order.
    pub names: Vec<String>,
    /// A plugin that implements it and does nothing: what compiles as a crate that depends on the
    /// package of the spec, if the spec and the names in its signatures are found at the root of
    /// that package's library. So are `Plugin` and `hookimpl`, if the name of the package ends in
    /// `-hooks`; if not, they come from `hooks_core`.
    pub sample: String,
    /// The wrappers, outermost first, and the implementations, in call order.
    pub implementations: Vec<ImplementationReference>,
}

/// An argument of a hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArgumentReference {
    /// The name by which implementations ask for it.
    pub name: String,
    /// Its type, as the spec writes it.
    #[serde(rename = "type")]
    pub written_type: String,
    /// How it is passed.
    pub passing: Passing,
    /// Whether it is the value that goes through a waterfall hook.
    pub flow: bool,
    /// Its documentation, in Markdown; empty where there is none.
    pub documentation: String,
    /// What there is to know if it is deprecated.
    pub deprecated: Option<DeprecationReference>,
}

/// A value as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ValueReference {
    /// Its JSON Schema, of draft 7. A type that has none is any value, and a `$comment` says so.
    pub schema: Value,
    /// One such value; `None` if nobody gives one and none can be made up but `null`.
    pub example: Option<Value>,
}

/// What `#[deprecated]` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeprecationReference {
    /// Since which version.
    pub since: Option<String>,
    /// Why, or what to do.
    pub note: Option<String>,
    /// The hook of the same spec that takes its place.
    pub replacement: Option<String>,
}

/// What a plugin does at a hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImplementationReference {
    /// The name under which its plugin is registered.
    pub plugin: String,
    /// The version of the package of its plugin; `None` if unknown.
    pub plugin_version: Option<String>,
    /// The method of the plugin.
    pub method: String,
    /// Whether it implements the hook or stands around those that do.
    pub role: Role,
    /// The band in which it stands.
    pub band: Band,
    /// Why it stands where it does.
    pub reason: String,
    /// The file in which it is written, as the compiler was given it.
    pub file: String,
    /// The line at which it is written.
    pub line: u32,
    /// The names of the arguments that it takes, in its own order; `None` for a closure, which is
    /// handed all of them and does not say which it looks at.
    pub arguments: Option<Vec<String>>,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// Whether a thread of its plugin runs it, after the call has gone on.
    pub background: bool,
}

/// A plugin that is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PluginReference {
    /// The name under which it is registered.
    pub name: String,
    /// The version of its package; `None` if unknown.
    pub version: Option<String>,
    /// The description of its package.
    pub description: Option<String>,
    /// The authors of its package.
    pub authors: Vec<String>,
    /// The repository of its package.
    pub repository: Option<String>,
    /// The package that holds it.
    pub package: Option<String>,
}

impl Reference {
    /// The reference of a program: every spec that is linked in, also one that nobody implements,
    /// and the plugins of a manager. That of a manager without plugins tells of specs alone.
    #[must_use]
    pub fn of(plugins: &PluginManager) -> Self {
        describe::reference(plugins)
    }

    /// The first spec of this name.
    #[must_use]
    pub fn spec(&self, name: &str) -> Option<&SpecReference> {
        self.specs.iter().find(|spec| spec.name == name)
    }
}

impl SpecReference {
    /// The hook of this name.
    #[must_use]
    pub fn hook(&self, name: &str) -> Option<&HookReference> {
        self.hooks.iter().find(|hook| hook.name == name)
    }
}

impl PluginManager {
    /// What can be hooked in the program, and what the plugins of this manager do at each hook.
    /// See [`Reference::of`].
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference::of(self)
    }
}
