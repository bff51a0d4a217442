//! A program that is built with `panic = "abort"`, in which nothing can be isolated.

use std::process::Command;

use crate::support::{Profile, host, host_manifest, plugin};

/// Tells what `tracing` is told.
const HOST: &str = r#"//! A host.
use kitchen_hooks::{Kitchen, PluginManager};
use tracing::{Event, Metadata, Subscriber, field, span};

kitchen_hooks::link_plugins!(prefix = "kitchen-plugin-");

struct Tells;

struct Message;

impl field::Visit for Message {
    fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            println!("{value:?}");
        }
    }
}

impl Subscriber for Tells {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::WARN
    }
    fn event(&self, event: &Event<'_>) {
        println!("{}", event.metadata().level());
        event.record(&mut Message);
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Discovers, and calls if it is asked to.
pub fn run() {
    tracing::subscriber::set_global_default(Tells).unwrap();
    let plugins = PluginManager::discover().unwrap();
    println!("isolates: {}", PluginManager::isolates());
    if std::env::args().nth(1).is_some() {
        plugins.hooks::<Kitchen>().ingredient();
        println!("still alive");
    }
}
"#;

/// A plugin that panics.
const BAD: &str = r#"//! A plugin.
use kitchen_hooks::{Kitchen, Plugin, hookimpl};

/// Panics.
#[derive(Default, Plugin)]
pub struct Cook;

#[hookimpl]
impl Kitchen for Cook {
    fn ingredient(&self) -> String {
        panic!("no salad")
    }
}
"#;

#[test]
fn a_program_that_aborts_on_panic_is_warned_at_discovery_and_does_not_claim_to_isolate() {
    let manifest = host_manifest(
        "aborts",
        "kitchen-plugin-bad = { path = \"kitchen-plugin-bad\" }\n\
         tracing = { version = \"0.1\", default-features = false, features = [\"std\"] }\n",
    );
    let manifest = manifest.replace("[profile.dev]\n", "[profile.dev]\npanic = \"abort\"\n");
    let host = host("aborts", &manifest, HOST);
    let program = plugin(host, "kitchen-plugin-bad", BAD).build(Profile::Debug, "");
    let told = Command::new(&program).output().unwrap();
    assert!(told.status.success());
    assert_eq!(
        String::from_utf8(told.stdout).unwrap(),
        "WARN\nthis program is built with `panic = \"abort\"`: a plugin that panics ends it. Build \
         it with `panic = \"unwind\"` for plugins to be isolated\nisolates: false\n"
    );
    let ended = Command::new(&program).arg("call").output().unwrap();
    assert!(!ended.status.success());
    assert!(!String::from_utf8(ended.stdout).unwrap().contains("still alive"));
}
