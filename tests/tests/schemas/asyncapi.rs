//! The reference as an `AsyncAPI` document, which the official schema of `AsyncAPI` is asked about.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use hooks_core::PluginManager;
use hooks_core::reference::{Program, Reference};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::document::faults;

const PROGRAM: Program<'_> =
    Program { name: "tests", version: "0.1.0", description: "What the tests hook." };

fn reference() -> Reference {
    PluginManager::new().reference()
}

fn document() -> Value {
    reference().asyncapi(PROGRAM)
}

/// The official JSON Schema of `AsyncAPI` 3.0.
fn official() -> &'static Validator {
    static OFFICIAL: OnceLock<Validator> = OnceLock::new();
    OFFICIAL.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("asyncapi/schema");
        let output = Command::new(&script).arg(env!("CARGO_TARGET_TMPDIR")).output();
        let output = output.unwrap_or_else(|error| panic!("cannot run {script:?}: {error}"));
        assert!(
            output.status.success(),
            "the schema of AsyncAPI cannot be had, so nothing can be said about the document: it \
             takes npm and, the first time, a registry\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let path = String::from_utf8(output.stdout).expect("a path");
        let schema = std::fs::read(path.trim()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let schema: Value = serde_json::from_slice(&schema).expect("JSON");
        jsonschema::draft7::new(&schema).expect("a schema")
    })
}

/// What the official schema has against the document.
fn objections(document: &Value) -> Vec<String> {
    official().iter_errors(document).map(|error| error.to_string()).collect()
}

/// What a reference within the document refers to.
#[track_caller]
fn referred<'a>(document: &'a Value, reference: &Value) -> &'a Value {
    let reference = reference["$ref"].as_str().expect("a reference");
    let pointer = reference.strip_prefix('#').expect("within the document");
    document.pointer(pointer).unwrap_or_else(|| panic!("nothing at {reference}"))
}

#[test]
fn the_document_is_what_asyncapi_says_that_it_is() {
    assert_eq!(objections(&document()), Vec::<String>::new());
}

#[test]
fn a_document_that_is_none_is_found_out() {
    let broken = |change: fn(&mut Value)| {
        let mut document = document();
        change(&mut document);
        objections(&document)
    };
    for change in [
        (|document| document["asyncapi"] = json!("2.6.0")) as fn(&mut Value),
        |document| document["operations"]["Pantry.best"]["action"] = json!("shout"),
        |document| document["channels"]["Pantry.best"]["kind"] = json!("collect"),
        |document| {
            document["components"]["messages"]["Pantry.best"]["payload"]["type"] = json!("dish");
        },
        |document| document["components"]["schemas"]["Dish"]["required"] = json!("name"),
        |document| document["info"].as_object_mut().expect("an object").clear(),
    ] {
        assert!(!broken(change).is_empty());
    }
}

#[test]
fn every_reference_in_the_document_refers_to_something_in_it() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
        if value.get("$ref").is_some_and(Value::is_string) {
            found.push(value);
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|field| references(field, found)),
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in &found {
        referred(&document, reference);
    }
    assert!(found.len() > 100, "{}", found.len());
}

#[test]
fn every_hook_of_every_spec_has_a_channel_and_is_sent() {
    let (reference, document) = (reference(), document());
    let mut addresses = Vec::new();
    for (spec, hook) in
        reference.specs.iter().flat_map(|spec| spec.hooks.iter().map(move |hook| (spec, hook)))
    {
        let key = format!("{}.{}", spec.name, hook.name);
        let channel = &document["channels"][&key];
        let operation = &document["operations"][&key];
        assert_eq!(channel["address"], format!("{}/{}", spec.name, hook.name));
        assert_eq!(operation["action"], "send");
        assert_eq!(referred(&document, &operation["channel"]), channel);
        let message = referred(&document, &operation["messages"][0]);
        let message = referred(&document, message);
        assert_eq!(message["name"], json!(hook.name));
        assert_eq!(operation.get("reply").is_some(), hook.answer.is_some(), "{key}");
        if let Some(reply) = operation.get("reply") {
            assert_eq!(referred(&document, &reply["channel"]), channel);
            let answer = referred(&document, referred(&document, &reply["messages"][0]));
            assert_eq!(answer["name"], format!("{}.answer", hook.name));
        }
        addresses.push(channel["address"].clone());
    }
    assert_eq!(document["channels"].as_object().expect("channels").len(), addresses.len());
}

#[test]
fn every_message_has_an_example_of_its_payload() {
    let document = document();
    let messages = document["components"]["messages"].as_object().expect("messages");
    for (key, message) in messages {
        let mut schema = message["payload"].clone();
        schema["components"] = document["components"].clone();
        let example = &message["examples"][0]["payload"];
        assert!(faults(&schema, example).is_empty(), "{key}: {example:#}");
    }
    assert!(messages.len() > 20);
}

#[test]
fn what_asyncapi_has_no_word_for_is_in_fields_of_our_own() {
    let document = document();
    let operation = |name: &str| document["operations"][format!("Pantry.{name}")].clone();
    let price = operation("price");
    assert_eq!(price["x-kind"], "firstresult");
    assert_eq!(price["x-mode"], "sync");
    assert_eq!(price["x-on-failure"], "stop");
    assert!(price["x-combining"].as_str().expect("sentences").contains("until one answers"));
    assert!(price["x-source"]["line"].as_u64() > Some(1));
    assert_eq!(price["x-source"]["file"], file!().replace("asyncapi.rs", "pantry.rs"));
    let taste = operation("taste");
    assert_eq!(taste["x-mode"], "concurrent");
    assert_eq!(taste["x-timeout-nanoseconds"], 2_000_000_000);
    let delivery = operation("on_delivery");
    assert_eq!(delivery["x-since"], "0.2");
    assert_eq!(delivery["tags"], json!([{"name": "deliveries"}]));
    let check = operation("check");
    assert_eq!(check["x-deprecated"]["replacement"], "price");
    let messages = &document["components"]["messages"];
    assert_eq!(messages["Pantry.check"]["deprecated"], true);
    assert_eq!(messages["Pantry.price"].get("deprecated"), None);
    assert!(
        document["info"]["tags"].as_array().expect("tags").contains(&json!({"name": "deliveries"}))
    );
}

#[test]
fn a_definition_whose_name_is_no_key_gets_one_and_is_referred_to_by_it() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let odd = "of-u20--u3c-a-u2f-b-u3e--u20--u7e--u20--ue9-";
    assert_eq!(schemas[odd]["type"], "null");
    let reference = json!({"$ref": format!("#/components/schemas/{odd}")});
    let crates = schemas.iter().filter(|(name, _)| name.starts_with("Crate"));
    let holds = crates.map(|(_, schema)| &schema["properties"]["holds"]);
    assert!(holds.clone().any(|holds| *holds == reference), "{:#?}", holds.collect::<Vec<_>>());
}
