//! Closures that stand among the plugins for a call or a few.

use std::sync::{Arc, Mutex};

use hooks_core::{Closures, Method, PluginManager, hookspec};

/// What is asked.
#[hookspec]
trait Questions {
    /// Asks for a number.
    fn number(&self) -> u32;

    /// Told to those who come later too.
    #[hook(historic)]
    fn on_rule(&self, number: u32);
}

fn answering(number: u32) -> Closures<Questions> {
    Closures::<Questions>::new(move |hooks| {
        hooks.number().implementation(Method::here("number"), move |_| number);
    })
}

#[test]
fn a_closure_of_the_host_has_no_name_and_fails_under_none() {
    let hooks = PluginManager::new().hooks::<Questions>().with(|hooks| {
        hooks.number().implementation(Method::here("extra"), |_| panic!("who knows"));
    });
    let report = hooks.reported().number();
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.plugin(), failure.method()), ("", "extra"));
    let text = failure.to_string();
    assert!(
        text.starts_with("a closure of the host, hook `number`: panicked: who knows"),
        "{text}"
    );
}

#[test]
fn to_leave_nobody_out_leaves_no_closure_of_the_host_out() {
    let plugins = PluginManager::new();
    plugins.register_closures("one", answering(1)).unwrap();
    let extra = |hooks: &Questions, number| {
        hooks.with(|hooks| {
            hooks.number().implementation(Method::here("extra"), move |_| number);
        })
    };
    let both = extra(&extra(&plugins.hooks::<Questions>(), 2), 3);
    assert_eq!(both.number(), [3, 2, 1]);
    assert_eq!(both.without(&["one"]).number(), [3, 2]);
}

#[test]
fn a_call_beside_closures_of_the_host_is_remembered_for_all_and_told_to_them_once() {
    let plugins = PluginManager::new();
    let hooks = plugins.hooks::<Questions>();
    hooks.on_rule(1);
    let told: [Arc<Mutex<Vec<u32>>>; 2] = Default::default();
    let [extra, late] = told.clone();
    let with_extra = hooks.with(|hooks| {
        hooks.on_rule().implementation(Method::here("extra"), move |args| {
            extra.lock().unwrap().push(args.number);
        });
    });
    with_extra.on_rule(2);
    let closures = Closures::<Questions>::new(move |hooks| {
        let late = Arc::clone(&late);
        hooks.on_rule().implementation(Method::here("late"), move |args| {
            late.lock().unwrap().push(args.number);
        });
    });
    plugins.register_closures("late", closures).unwrap();
    let [extra, late] = told.map(|told| told.lock().unwrap().clone());
    assert_eq!(extra, [2], "the past is not told to a closure of one call");
    assert_eq!(late, [1, 2]);
}
