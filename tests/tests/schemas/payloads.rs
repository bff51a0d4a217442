//! What a reference says of the values that go through hooks.

use hooks_core::PluginManager;
use hooks_core::reference::{HookReference, Reference, ValueReference};
use serde_json::{Value, json};

use crate::document::faults;
use crate::pantry::{Dish, calls};

fn reference() -> Reference {
    PluginManager::new().reference()
}

fn hook(reference: &Reference, name: &str) -> HookReference {
    let pantry = reference.spec("Pantry").expect("it is linked in");
    pantry.hook(name).unwrap_or_else(|| panic!("no hook {name}")).clone()
}

/// The schema with the definitions that it refers to.
fn whole(reference: &Reference, value: &ValueReference) -> Value {
    let mut schema = value.schema.clone();
    schema["definitions"] = json!(reference.definitions);
    schema
}

#[test]
fn what_serde_writes_of_a_call_is_of_the_schema_of_its_payload() {
    let reference = reference();
    for (name, call) in calls() {
        let schema = whole(&reference, &hook(&reference, name).payload);
        let faults = faults(&schema, &call);
        assert!(faults.is_empty(), "{name}: {call:#}\n{faults:#?}\n{schema:#}");
    }
}

#[test]
fn what_lacks_an_argument_or_has_one_of_another_type_is_not_of_the_schema() {
    let reference = reference();
    for (name, call) in calls() {
        let schema = whole(&reference, &hook(&reference, name).payload);
        for argument in call.as_object().expect("an object").keys() {
            let mut without = call.clone();
            without.as_object_mut().expect("an object").remove(argument);
            assert!(!faults(&schema, &without).is_empty(), "{name} without {argument}");
            if argument != "anything" {
                let mut other = call.clone();
                other[argument] = json!({"of": "another type"});
                assert!(!faults(&schema, &other).is_empty(), "{name} with another {argument}");
            }
        }
    }
}

#[test]
fn every_payload_and_every_answer_of_every_spec_has_an_example_of_its_schema() {
    let reference = reference();
    let mut seen = 0;
    for spec in &reference.specs {
        for hook in &spec.hooks {
            for value in std::iter::once(&hook.payload).chain(&hook.answer) {
                let name = format!("{}::{}", spec.name, hook.name);
                let schema = whole(&reference, value);
                let Some(example) = &value.example else {
                    // Nothing is shown where the plainest value is `null`.
                    assert_eq!(faults(&schema, &Value::Null), [""; 0], "{name} has none");
                    continue;
                };
                let faults = faults(&schema, example);
                assert!(faults.is_empty(), "{name}: {example:#}\n{faults:#?}\n{schema:#}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "the pantry and Bernstein are linked in: {seen}");
}

#[test]
fn an_example_has_a_value_for_each_argument_whose_type_has_a_schema() {
    let reference = reference();
    let keys = |name| -> Vec<String> {
        let example = hook(&reference, name).payload.example.expect("an example");
        example.as_object().expect("an object").keys().cloned().collect()
    };
    for (name, call) in calls() {
        let arguments: Vec<String> = call.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(keys(name), arguments, "{name}");
    }
    assert_eq!(keys("on_visit"), ["dish"]);
    let example = hook(&reference, "best").payload.example.expect("an example");
    assert_eq!(example, json!({"dish": Dish::soup()}), "what the type gives as an example");
}

#[test]
fn a_type_without_a_schema_is_any_value_and_need_not_be_there() {
    let reference = reference();
    let visit = hook(&reference, "on_visit").payload.schema;
    assert_eq!(visit["required"], json!(["dish"]));
    for (argument, written) in [
        ("secret", "&Secret"),
        ("secrets", "Option<&[Secret]>"),
        ("look", "&dyn Debug"),
        ("weigh", "fn(&Dish) -> u32"),
    ] {
        let comment = format!("the type `{written}` has no JSON Schema");
        assert_eq!(visit["properties"][argument], json!({"$comment": comment}));
    }
    let secret = hook(&reference, "secret").answer.expect("an answer");
    assert_eq!(secret.schema, json!({"$comment": "the type `Secret` has no JSON Schema"}));
}

#[test]
fn an_answer_is_what_one_implementation_says_without_what_stands_around_it() {
    let reference = reference();
    let answer = |name| hook(&reference, name).answer.map(|answer| answer.schema);
    assert_eq!(answer("best"), Some(json!({"$ref": "#/definitions/Dish"})));
    assert_eq!(answer("price"), Some(json!({"type": "number", "format": "double"})));
    assert_eq!(answer("season"), Some(json!({"$ref": "#/definitions/Crate"})));
    assert_eq!(answer("on_stock").expect("an answer")["type"], "integer");
    assert_eq!(answer("on_open"), None);
    assert_eq!(answer("check"), None);
}

#[test]
fn arguments_are_described_and_deprecated_as_in_the_spec() {
    let reference = reference();
    let delivery = hook(&reference, "on_delivery").payload.schema;
    let dish = json!({
        "description": "The dish, read.",
        "allOf": [{"$ref": "#/definitions/Dish"}],
    });
    assert_eq!(delivery["title"], "on_delivery");
    assert_eq!(delivery["properties"]["dish"], dish, "draft 7 reads nothing beside a `$ref`");
    assert_eq!(delivery["properties"]["said"]["description"], "What was said, if something was.");
    let crumbs = hook(&reference, "on_inventory").payload.schema["properties"]["crumbs"].clone();
    assert_eq!((&crumbs["deprecated"], &crumbs["type"]), (&json!(true), &json!("integer")));
}

#[test]
fn a_schema_says_what_is_written_and_not_what_may_be_read() {
    assert_eq!(reference().definitions["Dish"]["required"], json!(["name", "guests"]));
}

#[test]
fn a_type_is_defined_once_for_all_hooks_and_without_the_code_in_its_documentation() {
    let reference = reference();
    let names = reference.definitions.keys().filter(|name| name.starts_with("Dish"));
    assert_eq!(names.collect::<Vec<_>>(), ["Dish"]);
    let usd = reference.definitions["Usd"]["description"].as_str().expect("documented");
    assert!(usd.contains("micro-dollars"), "{usd}");
    assert!(!usd.contains("```") && !usd.contains("bernstein_hooks"), "{usd}");
}
