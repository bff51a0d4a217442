//! The mode as the environment gives it, in a process of its own for each value.

use std::process::Command;

use bernstein_hooks::{BernsteinSpec, PluginManager, Task};
// Links the plugin, as `link_plugins!` does in a host.
use bernstein_plugin_chaos as _;

mod log;

/// What [`probe`] tells in a process with that value of `BERNSTEIN_CHAOS`.
fn probed(value: Option<&str>) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "probe", "--ignored", "--nocapture"]).env_remove("BERNSTEIN_CHAOS");
    if let Some(value) = value {
        command.env("BERNSTEIN_CHAOS", value);
    }
    let output = command.output().expect("a process");
    let told = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{told}");
    told
}

#[test]
#[ignore = "the other tests run it, with an environment of their own"]
fn probe() {
    let told = log::during(|| {
        let plugins = PluginManager::discover().expect("one plugin");
        for plugin in &plugins.discovery().plugins {
            println!("fate: {}", plugin.fate);
        }
        let report = plugins
            .hooks::<BernsteinSpec>()
            .reported()
            .on_task_created(&Task::new("t-001", "Write the parser"));
        println!("outcomes: {}", report.outcomes.len());
        for failure in report.failures() {
            println!("failure: {failure}");
        }
    });
    println!("{told}");
}

#[test]
fn without_a_value_it_panics() {
    for value in [None, Some("")] {
        let told = probed(value);
        assert!(told.contains("fate: registered\n"), "{told}");
        assert!(told.contains("panicked: chaos at on_task_created, at "), "{told}");
    }
}

#[test]
fn off_is_off() {
    let told = probed(Some("off"));
    assert!(told.contains("fate: registered\noutcomes: 1\n"), "{told}");
    assert!(!told.contains("failure:") && !told.contains("ERROR"), "{told}");
}

#[test]
fn what_is_for_the_background_leaves_the_events_alone() {
    let told = probed(Some("background-panic"));
    assert!(told.contains("fate: registered\noutcomes: 1\n"), "{told}");
    assert!(!told.contains("failure:") && !told.contains("ERROR"), "{told}");
}

#[test]
fn a_panic_while_it_is_made_leaves_it_out() {
    let told = probed(Some("panic-in-default"));
    let fate = "fate: failed to start: chaos while the plugin is made, at ";
    assert!(told.contains(fate), "{told}");
    assert!(told.contains("outcomes: 0\n"), "{told}");
}

#[test]
fn a_mode_that_does_not_exist_is_an_error_in_the_log_and_off() {
    let told = probed(Some("panik"));
    assert!(told.contains("ERROR"), "{told}");
    assert!(told.contains("`panik` in BERNSTEIN_CHAOS is no mode of the chaos plugin"), "{told}");
    assert!(told.contains("fate: registered\noutcomes: 1\n"), "{told}");
    assert!(!told.contains("failure:"), "{told}");
}
