//! Everything that a configuration can say is read, and what is wrong with it is told at its place.

use std::num::NonZeroU32;
use std::time::Duration;

use bernstein::config::{Backoff, Config, Price};
use bernstein_hooks::{ModelId, Tokens, Usd};

use super::{configuration, lines, load_config};

#[test]
fn a_configuration_that_says_everything_is_read_whole() {
    let config = configuration(
        "\
gates:
  - {name: tests, command: make test, timeout: 2m}
adapters:
  claude: claude -p {prompt}
environment: [ANTHROPIC_API_KEY, PATH]
deadline: 1h 30m
grace: 250ms
drain: 20
max_attempts: 5
backoff: {first: 2, max: 8s}
thresholds: [90, 10, 90]
prices:
  default: {input: $1, output: $2}
  opus: {input: 15, output: 75.5}
plugins:
  block: [bernstein-plugin-chaos]
  allow: [bernstein-plugin-journal]
",
    );
    assert_eq!(config.gates[0].name, "tests");
    assert_eq!(config.gates[0].timeout, Duration::from_mins(2));
    assert_eq!(config.adapters["claude"], "claude -p {prompt}");
    assert_eq!(config.deadline, Duration::from_mins(90));
    assert_eq!(config.grace, Duration::from_millis(250));
    assert_eq!(config.drain, Duration::from_secs(20));
    assert_eq!(config.max_attempts, NonZeroU32::new(5).expect("not zero"));
    assert_eq!(
        config.backoff,
        Backoff { first: Duration::from_secs(2), max: Duration::from_secs(8) }
    );
    assert_eq!(config.thresholds, [10, 90]);
    assert_eq!(
        config.prices.of(None),
        Price { input: Usd::from_cents(100), output: Usd::from_cents(200) }
    );
    assert_eq!(config.prices.of(Some(&ModelId::new("opus"))).output, Usd::from_cents(7_550));
    assert_eq!(config.prices.of(Some(&ModelId::new("other"))), config.prices.of(None));
    assert_eq!(config.plugins.block, ["bernstein-plugin-chaos"]);
    assert_eq!(config.plugins.allow, Some(vec!["bernstein-plugin-journal".to_owned()]));
}

#[test]
fn the_environment_of_a_file_is_added_to_what_everyone_needs() {
    let config = configuration("environment: [ANTHROPIC_API_KEY, PATH]\n");
    let mut expected: Vec<&str> = Config::BASE_ENVIRONMENT.to_vec();
    expected.push("ANTHROPIC_API_KEY");
    assert_eq!(config.environment, expected);
}

#[test]
fn an_empty_file_is_the_default() {
    for text in ["", "# nothing\n", "---\n", "{}\n", "gates: []\ndeadline:\n"] {
        assert_eq!(configuration(text), Config::default(), "{text:?}");
    }
    let Config { max_attempts, thresholds, .. } = Config::default();
    assert_eq!((max_attempts.get(), thresholds), (3, vec![50, 80, 100]));
}

#[test]
fn an_empty_list_of_allowed_plugins_allows_none() {
    assert_eq!(configuration("plugins: {allow: []}\n").plugins.allow, Some(vec![]));
    assert_eq!(configuration("plugins: {block: []}\n").plugins.allow, None);
}

#[test]
fn the_wait_doubles_before_each_attempt_up_to_the_longest() {
    let backoff = Backoff { first: Duration::from_secs(1), max: Duration::from_secs(10) };
    let waits = [1, 2, 3, 4, 5, 6, 40, u32::MAX].map(|attempt| backoff.before(attempt).as_secs());
    assert_eq!(waits, [0, 1, 2, 4, 8, 10, 10, 10]);
}

#[test]
fn tokens_cost_what_their_model_costs() {
    let price = Price { input: Usd::from_cents(300), output: Usd::from_cents(1_500) };
    assert_eq!(price.cost(Tokens::new(1_200, 300)), Usd::from_micros(8_100));
    assert_eq!(price.cost(Tokens::new(u64::MAX, u64::MAX)), Usd::MAX);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = "\
adapters:
  claude: [claude, -p]
  mock: echo
environment: PATH
deadline: 0s
grace: -1s
max_attempts: 0
backoff: {first: 5x, last: 1}
thresholds: [0, 50, 101]
prices:
  opus: {input: $1}
plugins: [chaos]
plugin: {}
";
    let error = load_config(text).expect_err("wrong");
    assert_eq!(
        lines(error.diagnostics()),
        "\
2:11: error: expected a command line, found a list
3:3: error: `mock` is the built-in adapter and cannot be another; choose another name
4:14: error: expected a list of names of environment variables, found `PATH`; put brackets around it, or a dash before it
5:11: error: `0s` is not a duration of more than nothing and at most 30 days; write a number of seconds, or text like `90s`, `5m`, `1h 30m`
6:8: error: `-1s` is not a duration of at most 30 days; write a number of seconds, or text like `90s`, `5m`, `1h 30m`
7:15: error: expected a whole number from 1 to 100, found `0`
8:18: error: `5x` is not a duration of at most 30 days; write a number of seconds, or text like `90s`, `5m`, `1h 30m`
8:22: warning: `last` is not a key of a back-off and is ignored; expected one of `first`, `max`
9:14: error: expected a whole number from 1 to 100, found `0`
9:21: error: expected a whole number from 1 to 100, found `101`
11:9: error: a price needs `output`; add it
12:10: error: expected the choice of plugins, found a list; write it as `key: value` lines
13:1: warning: `plugin` is not a key of a configuration and is ignored; did you mean `plugins`?"
    );
}

#[test]
fn a_duration_of_more_than_thirty_days_is_refused() {
    assert_eq!(configuration("deadline: 720h\n").deadline, Duration::from_hours(720));
    for written in ["721h", "99999999999999999999", "18446744073709551615", "1 month"] {
        let error = load_config(format!("deadline: {written}\n")).expect_err("too long");
        assert!(
            lines(error.diagnostics())
                .starts_with(&format!("1:11: error: `{written}` is not a duration")),
            "{error}"
        );
    }
}
