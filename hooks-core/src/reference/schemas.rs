//! The JSON Schemas of what hooks are called with and of what they answer.
//!
//! They are of draft 7 and say what serde writes. All of one reference share their definitions.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::prose::prose;
use crate::description::{ArgumentDescription, HookDescription};
use crate::schema::TypeSchema;

/// Where the definitions are, in the document that a reference is serialised as.
const DEFINITIONS: &str = "#/definitions/";

/// Makes the schemas of one reference.
pub(super) struct Schemas(SchemaGenerator);

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft07().for_serialize();
        Self(settings.with_transform(RecursiveTransform(without_rust)).into_generator())
    }

    /// The schema of what the hook is called with: an object with a property per argument.
    pub(super) fn payload(&mut self, hook: &HookDescription) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for argument in hook.arguments {
            let (schema, known) = self.argument(argument);
            properties.insert(argument.name.to_owned(), schema.to_value());
            if known {
                required.push(argument.name);
            }
        }
        self.finished(json_schema!({
            "title": hook.name,
            "type": "object",
            "properties": properties,
            "required": required,
        }))
    }

    /// The schema of what one implementation answers, if there are answers.
    pub(super) fn answer(&mut self, hook: &HookDescription) -> Option<Value> {
        let schema = self.of_type(hook.answer_schema?, hook.answer).0;
        Some(self.finished(schema))
    }

    /// The definitions that all these schemas refer to.
    pub(super) fn definitions(mut self) -> Map<String, Value> {
        self.0.take_definitions(true)
    }

    /// The schema of an argument, and whether its type has one.
    fn argument(&mut self, argument: &ArgumentDescription) -> (Schema, bool) {
        let (mut schema, known) = self.of_type(argument.schema, argument.written_type);
        if !argument.documentation.is_empty() {
            schema.insert("description".to_owned(), argument.documentation.into());
        }
        if argument.deprecated.is_some() {
            schema.insert("deprecated".to_owned(), true.into());
        }
        (schema, known)
    }

    /// The schema of a type, and whether it has one. That of a type without is a value of which
    /// nothing is known.
    fn of_type(&mut self, schema: TypeSchema, written_type: &str) -> (Schema, bool) {
        match schema.make(&mut self.0) {
            Some(schema) => (schema, true),
            None => {
                let comment = format!("the type `{written_type}` has no JSON Schema");
                (json_schema!({"$comment": comment}), false)
            }
        }
    }

    fn finished(&mut self, mut schema: Schema) -> Value {
        self.0.transforms_mut().for_each(|transform| transform.transform(&mut schema));
        schema.to_value()
    }
}

/// Takes the code out of the documentation of a type, for it is an example of Rust, and the links
/// to items of Rust.
fn without_rust(schema: &mut Schema) {
    let Some(Value::String(description)) = schema.get_mut("description") else { return };
    let mut in_code = false;
    let text = description.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !fence && !in_code
    });
    let text = text.collect::<Vec<_>>().join("\n");
    *description = prose(&text.replace("\n\n\n", "\n\n"), 0, &|_| None);
}

/// The name of the definition that a `$ref` refers to; `None` if it refers to something else.
pub(super) fn definition(reference: &str) -> Option<String> {
    let token = reference.strip_prefix(DEFINITIONS)?;
    let (mut bytes, mut rest) = (Vec::new(), token.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            _ => byte,
        });
    }
    Some(String::from_utf8(bytes).ok()?.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_names_its_definition_as_a_pointer_in_an_address_does() {
        let named = |reference| definition(reference);
        assert_eq!(named("#/definitions/Task").as_deref(), Some("Task"));
        assert_eq!(named("#/definitions/a~1b~0c%20%C3%A9").as_deref(), Some("a/b~c é"));
        for other in ["#", "#/definitions", "#/definitions/%C3", "#/definitions/%2", "other.json"] {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn code_and_links_to_items_are_taken_out_of_documentation_and_the_rest_stays() {
        let mut schema = json_schema!({
            "description": "Money, see [`Tokens`].\n\n```\nlet a = 1;\n```\n\nExact.\n\n```text\nb\n```",
        });
        without_rust(&mut schema);
        assert_eq!(schema, json!({"description": "Money, see `Tokens`.\n\nExact."}));
    }
}
