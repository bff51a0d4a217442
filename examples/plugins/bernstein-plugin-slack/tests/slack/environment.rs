//! The plugin as discovery makes it, in a process of its own for each environment; and what it
//! tells there.

use std::process::Command;

use bernstein_hooks::{BernsteinSpec, PluginManager};
use tracing_subscriber::filter::LevelFilter;

use crate::run;
use crate::server::{Answer, OK, PATIENCE, Server};

/// What a run tells in a process with that environment, down to the last detail.
fn told(address: &str, deadline: &str) -> String {
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "environment::probe", "--ignored", "--nocapture"])
        .env("BERNSTEIN_SLACK_WEBHOOK", address)
        .env("BERNSTEIN_SLACK_DEADLINE", deadline)
        .output()
        .expect("a process");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).expect("text");
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("0a1b2c3d"), "the secret is told: {told}");
    told
}

fn warnings(told: &str) -> Vec<&str> {
    told.lines().filter(|line| line.contains("ERROR") || line.contains("WARN")).collect()
}

#[test]
#[ignore = "the other tests run it, with an environment of their own"]
fn probe() {
    tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::TRACE).init();
    let plugins = PluginManager::discover().expect("one plugin");
    println!("fate: {}", plugins.discovery().plugins[0].fate);
    let hooks = plugins.hooks::<BernsteinSpec>();
    run::do_at_second_try(&hooks, "t-001");
    run::fail(&hooks, "t-002");
    assert!(plugins.drain(PATIENCE).is_complete());
}

#[test]
fn without_an_address_it_is_there_and_silent() {
    let told = told("", "");
    assert!(told.contains("fate: registered"), "{told}");
    assert!(warnings(&told).is_empty(), "{told}");
}

#[test]
fn with_an_address_it_posts_and_is_silent() {
    let server = Server::start([]);
    let told = told(server.address(), "60");
    assert!(warnings(&told).is_empty(), "{told}");
    let [failure, ending] = &*server.texts() else { panic!("two messages") };
    assert!(failure.starts_with(":x: t-002 "), "{failure}");
    assert!(ending.contains("1 done, 1 failed"), "{ending}");
}

#[test]
fn a_value_that_makes_no_sense_is_one_error_and_then_silence() {
    let cases = [
        ("hooks.slack.com/services/T0/B0/0a1b2c3d", "", "is not an address"),
        ("http://hooks.slack.com/services/T0/B0/0a1b2c3d", "", "does not begin with `https://`"),
        ("http://127.0.0.1:9/0a1b2c3d", "http://127.0.0.1:9/0a1b2c3d", "0 to 3600"),
    ];
    for (address, deadline, expected) in cases {
        let told = told(address, deadline);
        let [error] = *warnings(&told) else { panic!("one error: {told}") };
        assert!(error.contains(expected), "{error}");
        assert!(error.ends_with("nothing will be posted to Slack"), "{error}");
        assert!(told.contains("fate: registered"), "{told}");
    }
}

#[test]
fn the_first_message_that_is_lost_is_a_warning_and_the_sum_another() {
    let server = Server::start([const { Answer::Status(404, "") }; 2]);
    let told = told(server.address(), "60");
    let [first, sum] = *warnings(&told) else { panic!("two warnings: {told}") };
    assert!(first.ends_with("not delivered, because the answer was 404 Not Found"), "{first}");
    assert!(sum.contains("undelivered=2 dropped=0"), "{sum}");
}

#[test]
fn an_answer_that_never_comes_is_in_the_sum() {
    let server = Server::start([OK, Answer::Never]);
    let told = told(server.address(), "1");
    let [first, sum] = *warnings(&told) else { panic!("two warnings: {told}") };
    assert!(first.ends_with("because there was no answer in time"), "{first}");
    assert!(sum.contains("undelivered=1 dropped=0"), "{sum}");
}
