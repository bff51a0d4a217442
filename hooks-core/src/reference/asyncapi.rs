//! The reference as an `AsyncAPI` document: what a host sends when it calls hooks, and what plugins
//! reply, for all tools that read such documents.

use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value, json};

use super::prose::{first_sentence, prose};
use super::schemas::definition;
use super::{HookReference, Reference, SpecReference, ValueReference};

/// The version of `AsyncAPI`.
const VERSION: &str = "3.0.0";

/// The program that a document is about.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// What it is, in Markdown.
    pub description: &'a str,
}

impl Reference {
    /// The same as an `AsyncAPI` 3.0 document: what `program` sends when it calls hooks, and what
    /// plugins reply. What `AsyncAPI` has no word for is in fields that begin with `x-`.
    ///
    /// ```standalone_crate
    /// use hooks_core::PluginManager;
    /// use hooks_core::reference::Program;
    ///
    /// # #[hooks_core::hookspec]
    /// # trait Kitchen {
    /// #     /// Called when an order comes in.
    /// #     fn on_order(&self, dish: &str);
    /// # }
    /// let program = Program { name: "kitchen", version: "0.1.0", description: "Cooks." };
    /// let document = PluginManager::new().reference().asyncapi(program);
    /// assert_eq!(document["channels"]["Kitchen.on_order"]["address"], "Kitchen/on_order");
    /// ```
    #[must_use]
    pub fn asyncapi(&self, program: Program<'_>) -> Value {
        document(self, program)
    }
}

fn document(reference: &Reference, program: Program<'_>) -> Value {
    let calls = calls(reference);
    let keyed = |call: &Call<'_>, part| (call.key.clone(), part);
    json!({
        "asyncapi": VERSION,
        "info": info(&calls, program),
        "defaultContentType": "application/json",
        "channels": calls.iter().map(|call| keyed(call, call.channel())).collect::<Map<_, _>>(),
        "operations": calls.iter().map(|call| keyed(call, call.operation())).collect::<Map<_, _>>(),
        "components": {
            "messages": calls.iter().flat_map(Call::messages).collect::<Map<_, _>>(),
            "schemas": schemas(reference),
        },
        "x-specs": reference.specs.iter().map(spec).collect::<Vec<_>>(),
    })
}

fn info(calls: &[Call<'_>], program: Program<'_>) -> Value {
    let subjects: BTreeSet<&str> =
        calls.iter().filter_map(|call| call.hook.subject.as_deref()).collect();
    json!({
        "title": program.name,
        "version": program.version,
        "description": program.description,
        "tags": subjects.into_iter().map(tag).collect::<Vec<_>>(),
    })
}

fn tag(subject: &str) -> Value {
    json!({"name": subject})
}

/// The definitions of all schemas.
fn schemas(reference: &Reference) -> Map<String, Value> {
    let definitions = reference.definitions.iter();
    definitions.map(|(name, schema)| (key(name), moved(schema))).collect()
}

/// A schema that refers to definitions where an `AsyncAPI` document has them.
fn moved(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Ok(schema) = <&mut Schema>::try_from(&mut schema) {
        RecursiveTransform(|schema: &mut Schema| {
            if let Some(Value::String(reference)) = schema.get_mut("$ref")
                && let Some(name) = definition(reference)
            {
                *reference = format!("#/components/schemas/{}", key(&name));
            }
        })
        .transform(schema);
    }
    schema
}

/// The text as a key of an `AsyncAPI` document, whose keys are of ASCII letters, digits, `.`, `-` and
/// `_`: other characters are written as their numbers.
fn key(text: &str) -> String {
    text.chars().fold(String::new(), |mut key, character| {
        if character.is_ascii_alphanumeric() || ".-_".contains(character) {
            key.push(character);
        } else {
            let _ = write!(key, "-u{:x}-", u32::from(character));
        }
        key
    })
}

/// What `AsyncAPI` has no word for, of a spec.
fn spec(spec: &SpecReference) -> Value {
    json!({
        "name": spec.name,
        "documentation": plain(&spec.documentation),
        "module": spec.module,
        "package": spec.package,
        "version": spec.version,
        "source": {"file": spec.file, "line": spec.line},
    })
}

/// A hook, as something that is sent.
struct Call<'a> {
    hook: &'a HookReference,
    /// The key of its channel, of its operation and of its message.
    key: String,
    address: String,
}

fn calls(reference: &Reference) -> Vec<Call<'_>> {
    let each = |spec| {
        let name = name(reference, spec);
        spec.hooks.iter().map(move |hook| Call {
            hook,
            key: key(&format!("{name}.{}", hook.name)),
            address: format!("{name}/{}", hook.name),
        })
    };
    reference.specs.iter().flat_map(each).collect()
}

/// The name of a spec, with the place where it is written if another spec has the same name.
fn name(reference: &Reference, spec: &SpecReference) -> String {
    let namesakes = reference.specs.iter().filter(|other| other.name == spec.name);
    if namesakes.count() == 1 {
        return spec.name.clone();
    }
    format!("{}.{}.{}", spec.module.replace("::", "."), spec.name, spec.line)
}

impl Call<'_> {
    fn channel(&self) -> Value {
        let mut messages = json!({"call": {"$ref": format!("#/components/messages/{}", self.key)}});
        if self.hook.answer.is_some() {
            let answer = format!("#/components/messages/{}.answer", self.key);
            messages["answer"] = json!({"$ref": answer});
        }
        let mut channel = self.head();
        channel.insert("address".to_owned(), self.address.clone().into());
        channel.insert("description".to_owned(), plain(&self.hook.documentation).into());
        channel.insert("messages".to_owned(), messages);
        channel.into()
    }

    fn operation(&self) -> Value {
        let channel = format!("#/channels/{}", self.key);
        let message = |name| json!([{"$ref": format!("{channel}/messages/{name}")}]);
        let mut operation = self.head();
        let mut say = |key: &str, value: Value| drop(operation.insert(key.to_owned(), value));
        say("action", "send".into());
        say("channel", json!({"$ref": channel}));
        say("messages", message("call"));
        say("description", plain(&self.hook.documentation).into());
        if self.hook.answer.is_some() {
            say("reply", json!({"channel": {"$ref": channel}, "messages": message("answer")}));
        }
        self.beyond(say);
        operation.into()
    }

    /// What `AsyncAPI` has no word for.
    fn beyond(&self, mut say: impl FnMut(&str, Value)) {
        let hook = self.hook;
        say("x-signature", hook.signature.clone().into());
        say("x-kind", json!(hook.kind));
        say("x-mode", json!(hook.mode));
        say("x-on-failure", json!(hook.on_failure));
        say("x-combining", hook.combining.clone().into());
        say("x-source", json!({"file": hook.file, "line": hook.line}));
        say("x-implementations", json!(hook.implementations));
        if let Some(timeout) = hook.timeout_nanoseconds {
            say("x-timeout-nanoseconds", timeout.into());
        }
        if let Some(since) = &hook.since {
            say("x-since", since.clone().into());
        }
        if let Some(deprecated) = &hook.deprecated {
            say("x-deprecated", json!(deprecated));
        }
    }

    /// The messages, each with its key.
    fn messages(&self) -> impl Iterator<Item = (String, Value)> {
        let call = (self.key.clone(), self.message(&self.hook.name, &self.hook.payload));
        let answer = self.hook.answer.as_ref().map(|answer| {
            let name = format!("{}.answer", self.hook.name);
            (format!("{}.answer", self.key), self.message(&name, answer))
        });
        std::iter::once(call).chain(answer)
    }

    fn message(&self, name: &str, value: &ValueReference) -> Value {
        let mut message = self.head();
        let mut say = |key: &str, value: Value| drop(message.insert(key.to_owned(), value));
        say("name", name.into());
        say("title", name.into());
        say("payload", moved(&value.schema));
        if let Some(example) = &value.example {
            say("examples", json!([{"payload": example}]));
        }
        if self.hook.deprecated.is_some() {
            say("deprecated", true.into());
        }
        message.into()
    }

    /// What a channel, an operation and a message have in common.
    fn head(&self) -> Map<String, Value> {
        let mut head = Map::new();
        head.insert("title".to_owned(), self.hook.name.clone().into());
        head.insert("summary".to_owned(), first_sentence(&plain(&self.hook.documentation)).into());
        if let Some(subject) = &self.hook.subject {
            head.insert("tags".to_owned(), json!([tag(subject)]));
        }
        head
    }
}

/// Documentation without links to items of Rust: the document has no places for them.
fn plain(documentation: &str) -> String {
    prose(documentation, 0, &|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_characters_of_one() {
        assert_eq!(key("BernsteinSpec.on_task-2"), "BernsteinSpec.on_task-2");
        assert_eq!(key("List<é>"), "List-u3c--ue9--u3e-");
    }
}
