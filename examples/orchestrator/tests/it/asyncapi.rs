//! What can be hooked in Bernstein, by its own specs and those of its plugins, for tools.

use std::path::Path;
use std::process::Command;

use bernstein_hooks::reference::Reference;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::docs;

/// The reference as the program writes it.
fn written<T: DeserializeOwned>(format: &str) -> T {
    serde_json::from_str(&docs::written(&["--format", format])).expect("JSON of that form")
}

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(schema);
    let validator = validator.unwrap_or_else(|error| panic!("no schema: {error}\n{schema:#}"));
    validator.iter_errors(value).map(|error| error.to_string()).collect()
}

/// The official JSON Schema of `AsyncAPI` 3.0.
fn official() -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/asyncapi/schema");
    let output = Command::new(&script).arg(env!("CARGO_TARGET_TMPDIR")).output();
    let output = output.unwrap_or_else(|error| panic!("cannot run {script:?}: {error}"));
    assert!(
        output.status.success(),
        "the schema of AsyncAPI cannot be had, so nothing can be said about the document: it takes \
         npm and, the first time, a registry\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let path = String::from_utf8(output.stdout).expect("a path");
    let schema = std::fs::read(path.trim()).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&schema).expect("JSON")
}

#[test]
fn the_hooks_of_the_program_are_an_asyncapi_document() {
    let document: Value = written("asyncapi");
    assert_eq!(document["info"]["title"], "bernstein");
    assert_eq!(faults(&official(), &document), Vec::<String>::new());
    let created = &document["operations"]["BernsteinSpec.on_task_created"];
    let plugins: Vec<&Value> = created["x-implementations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|implementation| &implementation["plugin"])
        .collect();
    assert!(plugins.contains(&&json!("bernstein-plugin-journal")), "{plugins:?}");
}

#[test]
fn every_hook_of_the_program_has_an_example_of_what_it_is_called_with() {
    let reference: Reference = written("json");
    for spec in &reference.specs {
        for hook in &spec.hooks {
            for value in std::iter::once(&hook.payload).chain(&hook.answer) {
                let name = format!("{}::{}", spec.name, hook.name);
                let mut schema = value.schema.clone();
                schema["definitions"] = json!(reference.definitions);
                assert!(!schema.to_string().contains("has no JSON Schema"), "{name}: {schema:#}");
                let example = value.example.as_ref().unwrap_or_else(|| panic!("{name} has none"));
                assert_eq!(faults(&schema, example), Vec::<String>::new(), "{name}: {example:#}");
            }
        }
    }
    assert_eq!(reference.spec("BernsteinSpec").expect("it is linked in").hooks.len(), 8);
}
