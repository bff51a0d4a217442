//! A JSON Schema that is asked whether a value is of it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Value, json};

/// The schema of what serde writes of a `T`.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// What is wrong with `value`, as the schema says; empty if nothing is.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft7::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap_or_else(|error| panic!("no schema: {error}\n{schema:#}"));
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Asserts that the value is of the schema of its type.
#[track_caller]
pub(crate) fn assert_valid<T: JsonSchema + Serialize>(value: &T) {
    let written = serde_json::to_value(value).expect("serialised");
    let schema = schema_of::<T>().to_value();
    let faults = faults(&schema, &written);
    assert!(faults.is_empty(), "{written:#}\n{faults:#?}\n{schema:#}");
}

/// Asserts that each of the values is of the schema, and that no part of the schema, such as the
/// variant of an enum, is without a value.
#[track_caller]
pub(crate) fn assert_all_variants<T: JsonSchema + Serialize>(values: &[T]) {
    values.iter().for_each(assert_valid);
    let schema = schema_of::<T>().to_value();
    let written: Vec<Value> =
        values.iter().map(|value| serde_json::to_value(value).expect("serialised")).collect();
    for variant in variants(&schema) {
        let met = written.iter().any(|value| faults(&variant, value).is_empty());
        assert!(met, "no value is of {variant:#}");
    }
}

/// The schemas of the variants of an enum, each with the definitions that it may refer to.
fn variants(schema: &Value) -> Vec<Value> {
    let whole = schema["oneOf"].as_array().expect("an enum").iter();
    let whole = whole.flat_map(|variant| match variant["enum"].as_array() {
        Some(words) => words.iter().map(|word| json!({"const": word})).collect(),
        None => vec![variant.clone()],
    });
    whole
        .map(|mut variant| {
            variant["definitions"] = schema.get("definitions").cloned().unwrap_or(json!({}));
            variant
        })
        .collect()
}
