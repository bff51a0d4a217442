//! Examples of what a schema describes: what its author gives as one, or else the plainest value.
//!
//! Where a schema asks for something that is not understood here, there is no example: none is
//! better than a wrong one.

use serde_json::{Map, Value};

use super::schemas::definition;

/// The most items that an array is made up of.
const ITEMS: u64 = 64;

/// What is not understood here. What is neither among it nor below only describes.
const CONSTRAINTS: [&str; 10] = [
    "pattern",
    "multipleOf",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "not",
    "if",
    "contains",
    "uniqueItems",
    "minProperties",
    "propertyNames",
];

/// An example of the schema; `None` if none can be made.
pub(super) fn of(schema: &Value, definitions: &Map<String, Value>) -> Option<Value> {
    Maker { definitions, inside: None }.make(schema)
}

struct Maker<'a> {
    definitions: &'a Map<String, Value>,
    /// The definition that an example is made of, and who makes it.
    inside: Option<(&'a str, &'a Maker<'a>)>,
}

impl Maker<'_> {
    fn make(&self, schema: &Value) -> Option<Value> {
        let Value::Object(schema) = schema else {
            // `true` is of any value, `false` of none.
            return (schema == true).then_some(Value::Null);
        };
        self.given(schema).or_else(|| self.made_up(schema))
    }

    /// What the schema itself gives.
    fn given(&self, schema: &Map<String, Value>) -> Option<Value> {
        let first = |key: &str| schema.get(key)?.as_array()?.first().cloned();
        if let Some(given) = first("examples")
            .or_else(|| schema.get("default").cloned())
            .or_else(|| schema.get("const").cloned())
            .or_else(|| first("enum"))
        {
            return Some(given);
        }
        let name = definition(schema.get("$ref")?.as_str()?)?;
        if self.is_inside(&name) {
            // An example would have no end.
            return None;
        }
        let inner = Maker { definitions: self.definitions, inside: Some((&name, self)) };
        inner.make(self.definitions.get(&name)?)
    }

    /// Whether the example is to be part of one of this definition.
    fn is_inside(&self, definition: &str) -> bool {
        self.inside.is_some_and(|(name, outer)| name == definition || outer.is_inside(definition))
    }

    fn made_up(&self, schema: &Map<String, Value>) -> Option<Value> {
        if schema.contains_key("$ref") || CONSTRAINTS.iter().any(|key| schema.contains_key(*key)) {
            return None;
        }
        let own = match schema.get("type") {
            Some(types) => Some(self.of_type(first_type(types)?, schema)?),
            None => None,
        };
        let all = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let one = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
        let mut parts = all
            .map(|part| self.make(part))
            .chain(one.map(|parts| parts.iter().find_map(|part| self.make(part))));
        let whole = parts.try_fold(own, |whole, part| match whole {
            Some(whole) => joined(whole, part?).map(Some),
            None => Some(Some(part?)),
        })?;
        Some(whole.unwrap_or(Value::Null))
    }

    fn of_type(&self, name: &str, schema: &Map<String, Value>) -> Option<Value> {
        match name {
            "null" => Some(Value::Null),
            "boolean" => Some(true.into()),
            "integer" | "number" => number(schema),
            "string" => text(schema),
            "array" => self.array(schema),
            "object" => self.object(schema),
            _ => None,
        }
    }

    fn array(&self, schema: &Map<String, Value>) -> Option<Value> {
        let count = |key: &str| schema.get(key).and_then(Value::as_u64);
        let (least, most) = (count("minItems").unwrap_or(0), count("maxItems"));
        let item = match schema.get("items") {
            Some(Value::Array(items)) => {
                return items.iter().map(|item| self.make(item)).collect();
            }
            Some(item) if most != Some(0) => self.make(item),
            _ => None,
        };
        match item {
            Some(_) if least > ITEMS => None,
            Some(item) => Some((0..least.max(1)).map(|_| item.clone()).collect()),
            None => (least == 0).then(|| Value::Array(Vec::new())),
        }
    }

    /// An object of what it must have.
    fn object(&self, schema: &Map<String, Value>) -> Option<Value> {
        let Some(required) = schema.get("required") else { return Some(Map::new().into()) };
        let names = required.as_array()?.iter();
        let fields = names.map(|name| {
            let name = name.as_str()?;
            let field = self.make(schema.get("properties")?.get(name)?)?;
            Some((name.to_owned(), field))
        });
        fields.collect::<Option<Map<_, _>>>().map(Value::Object)
    }
}

/// The name of the type; the first of several that is not that of nothing.
fn first_type(types: &Value) -> Option<&str> {
    match types {
        Value::Array(types) => {
            let mut names = types.iter().filter_map(Value::as_str);
            let first = names.next()?;
            if first == "null" { names.next().or(Some(first)) } else { Some(first) }
        }
        one => one.as_str(),
    }
}

/// One, or what comes near.
fn number(schema: &Map<String, Value>) -> Option<Value> {
    let whole = schema.get("type").and_then(first_type) == Some("integer");
    let bound = |key: &str| schema.get(key).filter(|bound| !whole || !bound.is_f64());
    let (least, most) = (bound("minimum"), bound("maximum"));
    let inside = |value: &Value| {
        let beyond = |bound: Option<&Value>, sign: f64| {
            let bound = bound.and_then(Value::as_f64);
            bound.is_some_and(|bound| {
                value.as_f64().is_none_or(|value| (value - bound) * sign < 0.0)
            })
        };
        !beyond(schema.get("minimum"), 1.0) && !beyond(schema.get("maximum"), -1.0)
    };
    [Some(&Value::from(1)), Some(&Value::from(0)), least, most]
        .into_iter()
        .flatten()
        .find(|value| inside(value))
        .cloned()
}

/// A text of the right length, or of the right form.
fn text(schema: &Map<String, Value>) -> Option<Value> {
    let formed = match schema.get("format").and_then(Value::as_str) {
        None => {
            let count = |key: &str| schema.get(key).and_then(Value::as_u64);
            let least = usize::try_from(count("minLength").unwrap_or(0)).ok()?;
            let most = count("maxLength").map_or(Some(usize::MAX), |most| most.try_into().ok())?;
            let length = "text".len().max(least).min(most);
            return Some("text".chars().cycle().take(length).collect::<String>().into());
        }
        Some("date-time") => "2025-11-20T04:24:09Z",
        Some("date") => "2025-11-20",
        Some("time") => "04:24:09Z",
        Some("duration") => "PT1M30S",
        Some("email") => "someone@example.org",
        Some("uri") => "https://example.org/",
        Some("uuid") => "1e0bd2a4-7c5f-4b0e-9a64-52f3c1d8b7e6",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some(_) => return None,
    };
    Some(formed.into())
}

/// A value that is both; `None` if there is none.
fn joined(one: Value, other: Value) -> Option<Value> {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Some(Value::Object(one))
        }
        (one, other) => (one == other).then_some(one),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example(schema: Value) -> Option<Value> {
        let Value::Object(definitions) = json!({
            "Dish": {"type": "string", "examples": ["soup"]},
            "Menu": {
                "type": "object",
                "properties": {"dish": {"$ref": "#/definitions/Dish"}, "next": {"$ref": "#/definitions/Menu"}},
                "required": ["dish"],
            },
            "Tree": {
                "type": "object",
                "properties": {"left": {"anyOf": [{"$ref": "#/definitions/Tree"}, {"type": "null"}]}},
                "required": ["left"],
            },
            "Endless": {
                "type": "object",
                "properties": {"next": {"$ref": "#/definitions/Endless"}},
                "required": ["next"],
            },
        }) else {
            unreachable!("an object")
        };
        of(&schema, &definitions)
    }

    #[test]
    fn what_a_schema_gives_as_an_example_is_the_example() {
        let given = json!({"type": "integer", "examples": [7, 8], "default": 9});
        assert_eq!(example(given), Some(json!(7)));
        assert_eq!(example(json!({"type": "integer", "default": 9})), Some(json!(9)));
        assert_eq!(example(json!({"const": "a"})), Some(json!("a")));
        assert_eq!(example(json!({"enum": ["b", "c"]})), Some(json!("b")));
        assert_eq!(example(json!({"$ref": "#/definitions/Menu"})), Some(json!({"dish": "soup"})));
        assert_eq!(example(json!({"$ref": "#/definitions/Tree"})), Some(json!({"left": null})));
        let described = json!({"description": "It.", "allOf": [{"$ref": "#/definitions/Dish"}]});
        assert_eq!(example(described), Some(json!("soup")));
    }

    #[test]
    fn an_example_that_is_made_up_is_within_the_bounds() {
        for (schema, made) in [
            (json!({"type": "integer", "minimum": 0, "format": "uint8"}), json!(1)),
            (json!({"type": "integer", "minimum": 3}), json!(3)),
            (json!({"type": "number", "maximum": -0.5}), json!(-0.5)),
            (json!({"type": "string", "minLength": 1, "maxLength": 1}), json!("t")),
            (json!({"type": "string", "minLength": 6}), json!("textte")),
            (json!({"type": ["null", "boolean"]}), json!(true)),
            (
                json!({"type": "array", "items": {"type": "null"}, "minItems": 2}),
                json!([null, null]),
            ),
            (json!({"type": "array", "items": [{"const": 1}, {"const": 2}]}), json!([1, 2])),
            (json!({"type": "array", "items": {"type": "string", "pattern": "^a$"}}), json!([])),
            (json!({"anyOf": [{"pattern": "a"}, {"type": "null"}]}), json!(null)),
            (
                json!({
                    "type": "object",
                    "properties": {"a": {"const": 1}},
                    "required": ["a"],
                    "oneOf": [{"type": "object", "properties": {"b": true}, "required": ["b"]}],
                }),
                json!({"a": 1, "b": null}),
            ),
        ] {
            assert_eq!(example(schema.clone()), Some(made), "{schema}");
        }
    }

    #[test]
    fn there_is_no_example_of_what_is_not_understood() {
        for schema in [
            json!(false),
            json!({"type": "string", "pattern": "^a+$"}),
            json!({"type": "string", "format": "zoned-date-time"}),
            json!({"type": "integer", "minimum": 2, "maximum": 1}),
            json!({"type": "integer", "multipleOf": 7}),
            json!({"type": "object", "required": ["a"]}),
            json!({"allOf": [{"const": 1}, {"const": 2}]}),
            json!({"$ref": "#/definitions/Endless"}),
            json!({"type": "array", "items": {"type": "null"}, "minItems": 1_000_000_000}),
            json!({"$ref": "#/definitions/Nowhere"}),
            json!({"not": {}}),
        ] {
            assert_eq!(example(schema.clone()), None, "{schema}");
        }
    }
}
