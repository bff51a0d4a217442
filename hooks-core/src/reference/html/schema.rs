//! A JSON Schema as a tree to open: what it refers to stands where it is referred to.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::super::schemas::definition;
use super::prose;
use super::site::as_id;

/// What the tree says in words of its own, or what only describes.
const TOLD: [&str; 19] = [
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "definitions",
    "deprecated",
    "description",
    "enum",
    "examples",
    "format",
    "items",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
    "x-deprecated",
];

/// The tree of a schema, whose parts have ids that begin with `id`. The whole itself, of which the
/// reader knows what it is, is not told.
pub(super) fn tree(id: &str, schema: &Value, definitions: &Map<String, Value>) -> Markup {
    let mut tree = Tree { id, definitions, shown: BTreeSet::new() };
    html! { ul.schema { (tree.whole(schema)) } }
}

/// A tree in the making.
struct Tree<'a> {
    id: &'a str,
    definitions: &'a Map<String, Value>,
    /// The definitions that have a part in the tree. A second time, a link leads there: so it ends,
    /// also where a definition contains itself.
    shown: BTreeSet<&'a str>,
}

/// A schema with all that it refers to.
struct Shape<'a> {
    /// The first definition that it refers to.
    name: Option<&'a str>,
    /// Whether it is also null, apart from what the parts say.
    nullable: bool,
    parts: Vec<&'a Map<String, Value>>,
}

/// What a part of a tree is called.
enum Label<'a> {
    Property { name: &'a str, required: bool },
    Place(usize),
    Item,
    Other,
    Alternative(usize),
}

impl<'a> Tree<'a> {
    /// The parts of an object; one part of all else.
    fn whole(&mut self, schema: &'a Value) -> Markup {
        let shape = self.shape(schema);
        if shape.name.is_none() && shape.get("properties").is_some() {
            return self.children(&shape);
        }
        self.part(None, schema)
    }

    fn shape(&self, schema: &'a Value) -> Shape<'a> {
        let mut shape = Shape { name: None, nullable: false, parts: Vec::new() };
        self.gather(schema, &mut shape, &mut BTreeSet::new());
        shape
    }

    fn gather(&self, schema: &'a Value, shape: &mut Shape<'a>, seen: &mut BTreeSet<&'a str>) {
        let Value::Object(part) = schema else { return };
        shape.parts.push(part);
        let named = part.get("$ref").and_then(Value::as_str).and_then(definition);
        if let Some((name, schema)) = named.and_then(|name| self.definitions.get_key_value(&name))
            && seen.insert(name)
        {
            shape.name = shape.name.or(Some(name));
            self.gather(schema, shape, seen);
        }
        let nullable = besides_null(part);
        shape.nullable |= nullable.is_some();
        for part in list(part.get("allOf")).iter().chain(nullable) {
            self.gather(part, shape, seen);
        }
    }

    /// A part of the tree, and what is below it.
    fn part(&mut self, label: Option<Label<'a>>, schema: &'a Value) -> Markup {
        let shape = self.shape(schema);
        let name = shape.name;
        let known = name.is_some_and(|name| !self.shown.insert(name));
        let below = if known {
            html! {}
        } else {
            self.children(&shape)
        };
        let is_leaf = below.0.is_empty();
        if let Some(name) = name.filter(|_| is_leaf && !known) {
            self.shown.remove(name);
        }
        let id = name.filter(|_| !is_leaf).map(|name| self.id_of(name));
        let line = line(label, &shape, self.definitions);
        let text =
            shape.text("description").map(|text| html! { div.prose { (prose::blocks(text)) } });
        html! {
            li id=[id] {
                @if is_leaf {
                    div.line {
                        (line)
                        @if let Some(name) = name.filter(|_| known) {
                            " " a href={ "#" (self.id_of(name)) } { "as above" }
                        }
                    }
                    (text.unwrap_or_default())
                } @else {
                    details {
                        summary.line { (line) }
                        (text.unwrap_or_default())
                        ul { (below) }
                    }
                }
            }
        }
    }

    fn id_of(&self, name: &str) -> String {
        format!("{}:{}", self.id, as_id(name))
    }

    fn children(&mut self, shape: &Shape<'a>) -> Markup {
        let required: BTreeSet<&str> = shape.lists("required").filter_map(Value::as_str).collect();
        let properties = shape.maps("properties");
        let properties = properties.map(|(name, schema)| {
            let label = Label::Property { name, required: required.contains(name.as_str()) };
            self.part(Some(label), schema)
        });
        let mut children: Vec<Markup> = properties.collect();
        if let Some(other) = shape.get("additionalProperties").filter(|other| other.is_object()) {
            children.push(self.part(Some(Label::Other), other));
        }
        match shape.get("items") {
            Some(Value::Array(items)) => {
                let items = items.iter().enumerate();
                children.extend(items.map(|(n, item)| self.part(Some(Label::Place(n)), item)));
            }
            // What is said of it in a word needs no part of its own.
            Some(item) if !self.is_plain(item) => {
                children.push(self.part(Some(Label::Item), item));
            }
            _ => {}
        }
        let alternatives = shape.alternatives().into_iter().enumerate();
        children.extend(alternatives.map(|(n, one)| self.part(Some(Label::Alternative(n)), one)));
        html! { @for child in children { (child) } }
    }

    /// Whether there is nothing to know of it but its type.
    fn is_plain(&self, schema: &'a Value) -> bool {
        let shape = self.shape(schema);
        shape.parts.iter().flat_map(|part| part.keys()).all(|key| key == "type")
    }
}

impl<'a> Shape<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    fn lists(&self, key: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().flat_map(move |part| list(part.get(key)))
    }

    fn maps(&self, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.parts.iter().filter_map(move |part| part.get(key)?.as_object()).flatten()
    }

    /// What it may be, of which each is told on its own.
    fn alternatives(&self) -> Vec<&'a Value> {
        let parts = self.parts.iter().filter(|part| besides_null(part).is_none());
        parts.flat_map(|part| ["oneOf", "anyOf"].map(|key| list(part.get(key)))).flatten().collect()
    }
}

/// The one thing that a schema may be besides null, if it may be null and but one other thing.
fn besides_null(schema: &Map<String, Value>) -> Option<&Value> {
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    match list(schema.get("anyOf")) {
        [one, null] | [null, one] if is_null(null) && !is_null(one) => Some(one),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What a part is called, of which type it is, and what else is asked of it.
fn line(label: Option<Label<'_>>, shape: &Shape<'_>, definitions: &Map<String, Value>) -> Markup {
    html! {
        @match label {
            None => {}
            Some(Label::Property { name, required }) => {
                code.property { (name) } " "
                @if !required { span.tag { "may be missing" } " " }
            }
            Some(Label::Place(number)) => { span.label { "item " (number + 1) } " " }
            Some(Label::Item) => { span.label { "each item" } " " }
            Some(Label::Other) => { span.label { "under any other name" } " " }
            Some(Label::Alternative(0)) => { span.label { "either" } " " }
            Some(Label::Alternative(_)) => { span.label { "or" } " " }
        }
        span.type { (kind(shape, definitions)) @if shape.nullable { " or null" } }
        @if shape.get("deprecated").is_some_and(|deprecated| deprecated == true) {
            " " span.tag.warn { "deprecated" }
        }
        @for (key, value) in shape.parts.iter().flat_map(|part| part.iter()) {
            @if !TOLD.contains(&key.as_str()) {
                " " span.constraint {
                    @match value.as_str().filter(|_| key == "$comment") {
                        Some(comment) => { (comment) }
                        None => { (key) " " (value) }
                    }
                }
            }
        }
    }
}

/// The type of a value, in words.
fn kind(shape: &Shape<'_>, definitions: &Map<String, Value>) -> Markup {
    let values: Vec<&Value> = shape.lists("enum").collect();
    html! {
        @if let Some(name) = shape.name { (name) ", " }
        @if let Some(value) = shape.get("const") {
            code { (value) }
        } @else if !values.is_empty() {
            "one of "
            @for (number, value) in values.iter().enumerate() {
                @if number > 0 { ", " }
                code { (value) }
            }
        } @else {
            (types(shape, definitions))
            // What has no name is told by what is in it.
            @if shape.name.is_none() {
                @for (number, (name, _)) in shape.maps("properties").enumerate() {
                    (if number == 0 { " with " } else { ", " }) code { (name) }
                }
            }
            @if let Some(format) = shape.text("format") { " (" (format) ")" }
        }
    }
}

fn types(shape: &Shape<'_>, definitions: &Map<String, Value>) -> String {
    let one = |name: &str| match (name, shape.get("items")) {
        ("array", Some(items @ Value::Object(item))) => {
            let tree = Tree { id: "", definitions, shown: BTreeSet::new() };
            let named = tree.shape(items).name;
            let plain = item.get("type").and_then(Value::as_str);
            format!("array of {}", named.or(plain).unwrap_or("values"))
        }
        _ => name.to_owned(),
    };
    match shape.get("type") {
        Some(Value::String(name)) => one(name),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" or ")
        }
        _ if !shape.alternatives().is_empty() => "one of".to_owned(),
        _ if shape.get("properties").is_some() => "object".to_owned(),
        _ => "any value".to_owned(),
    }
}
