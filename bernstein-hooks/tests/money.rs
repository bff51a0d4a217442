//! Money is exact: what is read, added, scaled and written is the same amount.

use bernstein_hooks::{ParseUsdError, Tokens, Usd};
use serde_json::json;

fn usd(text: &str) -> Usd {
    text.parse().expect("an amount")
}

#[test]
fn amounts_are_read_with_and_without_the_sign_and_decimals() {
    for (text, micros) in [
        ("$10", 10_000_000),
        ("10", 10_000_000),
        ("5.00", 5_000_000),
        ("$0", 0),
        ("$ 1.5 ", 1_500_000),
        ("0.000001", 1),
        ("1.0000000000", 1_000_000),
        ("18446744073709.551615", u64::MAX),
    ] {
        assert_eq!(usd(text), Usd::from_micros(micros), "{text}");
    }
}

#[test]
fn what_is_no_amount_says_why() {
    let error = |text: &str| text.parse::<Usd>().expect_err("no amount");
    let text = |text: &str| text.to_owned();
    assert_eq!(error(""), ParseUsdError::Empty);
    assert_eq!(error("$"), ParseUsdError::Empty);
    assert_eq!(error("-1"), ParseUsdError::Negative { text: text("-1") });
    assert_eq!(error("$-1"), ParseUsdError::Negative { text: text("$-1") });
    assert_eq!(error("-$1"), ParseUsdError::Negative { text: text("-$1") });
    for wrong in ["ten", "1,000", "1.2.3", "1.", ".5", "$$1", "1e3", "+1", "１", "inf", "NaN"] {
        assert_eq!(error(wrong), ParseUsdError::NotANumber { text: text(wrong) }, "{wrong}");
    }
    assert_eq!(error("0.0000001"), ParseUsdError::TooPrecise { text: text("0.0000001") });
    assert_eq!(
        error("18446744073709.551616"),
        ParseUsdError::TooLarge { text: text("18446744073709.551616") }
    );
}

#[test]
fn amounts_print_at_least_cents_and_at_most_what_they_have() {
    for (micros, text) in [
        (0, "$0.00"),
        (1, "$0.000001"),
        (1_250_000, "$1.25"),
        (1_200_000, "$1.20"),
        (8_100, "$0.0081"),
        (u64::MAX, "$18446744073709.551615"),
    ] {
        let amount = Usd::from_micros(micros);
        assert_eq!(amount.to_string(), text);
        assert_eq!(usd(text), amount);
    }
    assert_eq!(format!("{:>8}|{:<8}|", usd("1"), usd("2")), "   $1.00|$2.00   |");
}

#[test]
fn sums_stop_at_the_largest_amount_and_differences_at_nothing() {
    assert_eq!(Usd::MAX.checked_add(Usd::from_micros(1)), None);
    assert_eq!(usd("1").checked_add(usd("0.5")), Some(usd("1.5")));
    assert_eq!(Usd::MAX.saturating_add(usd("1")), Usd::MAX);
    assert_eq!(usd("1").saturating_sub(usd("2")), Usd::ZERO);
    assert_eq!([usd("1"), Usd::MAX, usd("1")].into_iter().sum::<Usd>(), Usd::MAX);
    assert_eq!(Usd::from_cents(u64::MAX), Usd::MAX);
}

#[test]
fn shares_and_prices_do_not_overflow_on_the_way() {
    assert_eq!(usd("0.15").percent(50), usd("0.075"));
    assert_eq!(Usd::MAX.percent(100), Usd::MAX);
    assert_eq!(Usd::MAX.percent(200), Usd::MAX);
    assert_eq!(usd("3").for_millionths(1_200), usd("0.0036"));
    assert_eq!(Usd::MAX.for_millionths(1_000_000), Usd::MAX);
    assert_eq!(Usd::from_micros(1).for_millionths(999_999), Usd::ZERO);
}

#[test]
fn money_is_serialised_as_decimal_text() {
    assert_eq!(json!(usd("1.25")), json!("1.25"));
    assert_eq!(json!(Usd::MAX), json!("18446744073709.551615"));
    assert_eq!(serde_json::from_value::<Usd>(json!("1.25")).expect("an amount"), usd("1.25"));
    for wrong in [json!(1.25), json!(1), json!("-1"), json!(null)] {
        assert!(serde_json::from_value::<Usd>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn tokens_add_up_each_kind_for_itself() {
    let sum: Tokens =
        [Tokens::new(1, 2), Tokens::new(10, 20), Tokens::new(u64::MAX, 0)].into_iter().sum();
    assert_eq!(sum, Tokens::new(u64::MAX, 22));
    assert_eq!(sum.total(), u64::MAX);
    assert_eq!(Tokens::new(1_200, 300).to_string(), "1200 in, 300 out");
}
