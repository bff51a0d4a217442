//! Money and what it is spent on: [`Usd`] and [`Tokens`].

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

const MICROS_PER_DOLLAR: u64 = 1_000_000;
/// Digits after the point that a micro-dollar can hold.
const DECIMALS: usize = 6;

/// An amount of US dollars, counted in whole micro-dollars. Never negative.
///
/// Costs are sums of very many very small amounts, and a budget is compared with such a sum.
/// Integers make that exact. The largest amount is about 18 million million dollars. The sums that
/// saturate stop there.
///
/// Reads `$10`, `10`, `5.00` and `$0.000125`; prints at least two decimals and as many more as the
/// amount has.
///
/// ```
/// use bernstein_hooks::Usd;
///
/// let price: Usd = "$3".parse()?;
/// assert_eq!(price.to_string(), "$3.00");
/// assert_eq!(price.for_millionths(1_500), "0.0045".parse()?);
/// assert!("-1".parse::<Usd>().is_err());
/// # Ok::<(), bernstein_hooks::ParseUsdError>(())
/// ```
///
/// Serialised as a decimal string without the dollar sign, `"1.25"`: readers of JSON that know only
/// floating point numbers could not keep an exact number exact, and a bare integer would not tell
/// its unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(into = "String", try_from = "String")]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = Self::from_cents(125), extend("pattern" = r"^[0-9]+\.[0-9]{2,6}$"))
)]
pub struct Usd(u64);

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The largest amount.
    pub const MAX: Self = Self(u64::MAX);

    /// The amount of that many micro-dollars (millionths of a dollar).
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The amount of that many cents, or the largest amount if it is more.
    #[must_use]
    pub const fn from_cents(cents: u64) -> Self {
        Self(cents.saturating_mul(MICROS_PER_DOLLAR / 100))
    }

    /// The amount in micro-dollars (millionths of a dollar).
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// True for no money.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` if it is more than the largest amount.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(micros) => Some(Self(micros)),
            None => None,
        }
    }

    /// The sum, or the largest amount if it is more.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left after spending `other`; nothing if that is more than there is.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// That many percent of the amount, rounded down to a micro-dollar; the largest amount if it is
    /// more.
    ///
    /// ```
    /// # use bernstein_hooks::Usd;
    /// assert_eq!(Usd::from_cents(1_000).percent(80), Usd::from_cents(800));
    /// ```
    #[must_use]
    pub fn percent(self, percent: u32) -> Self {
        self.scaled(u64::from(percent), 100)
    }

    /// What `count` units cost when a million of them cost this amount, rounded down to a
    /// micro-dollar; the largest amount if it is more. Prices of tokens are given in this way.
    #[must_use]
    pub fn for_millionths(self, count: u64) -> Self {
        self.scaled(count, 1_000_000)
    }

    /// `self * numerator / denominator` without overflow in between.
    fn scaled(self, numerator: u64, denominator: u64) -> Self {
        let micros = u128::from(self.0) * u128::from(numerator) / u128::from(denominator);
        Self(u64::try_from(micros).unwrap_or(u64::MAX))
    }

    /// The digits of the amount: `1.25`.
    fn digits(self) -> String {
        let whole = self.0 / MICROS_PER_DOLLAR;
        let micros = format!("{:06}", self.0 % MICROS_PER_DOLLAR);
        let kept = micros.trim_end_matches('0').len().max(2);
        format!("{whole}.{}", &micros[..kept])
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}", self.digits()))
    }
}

impl Sum for Usd {
    /// The sum, or the largest amount if it is more.
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

impl From<Usd> for String {
    fn from(amount: Usd) -> Self {
        amount.digits()
    }
}

impl TryFrom<String> for Usd {
    type Error = ParseUsdError;

    fn try_from(text: String) -> Result<Self, ParseUsdError> {
        text.parse()
    }
}

impl FromStr for Usd {
    type Err = ParseUsdError;

    fn from_str(text: &str) -> Result<Self, ParseUsdError> {
        let text = text.trim();
        let number = text.strip_prefix('$').unwrap_or(text).trim_start();
        if number.is_empty() {
            return Err(ParseUsdError::Empty);
        }
        if number.starts_with('-') || text.starts_with('-') {
            return Err(ParseUsdError::Negative { text: text.to_owned() });
        }
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(ParseUsdError::NotANumber { text: text.to_owned() });
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DECIMALS {
            return Err(ParseUsdError::TooPrecise { text: text.to_owned() });
        }
        format!("{whole}{fraction:0<DECIMALS$}")
            .parse()
            .map(Self)
            .map_err(|_| ParseUsdError::TooLarge { text: text.to_owned() })
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseUsdError {
    /// There is no number.
    #[error("an amount of money is empty; write it like `$10` or `5.00`")]
    Empty,
    /// The number is below zero.
    #[error("`{text}` is a negative amount of money; the smallest is `$0`")]
    Negative {
        /// What was written.
        text: String,
    },
    /// Something else than digits with at most one point between them.
    #[error("`{text}` is not an amount of money; write it like `$10` or `5.00`")]
    NotANumber {
        /// What was written.
        text: String,
    },
    /// More digits after the point than a micro-dollar has.
    #[error("`{text}` has more than six decimals; the smallest amount is `$0.000001`")]
    TooPrecise {
        /// What was written.
        text: String,
    },
    /// More than the largest amount.
    #[error("`{text}` is more money than can be counted; the largest amount is `{}`", Usd::MAX)]
    TooLarge {
        /// What was written.
        text: String,
    },
}

/// Tokens that a model has read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(
    feature = "reference",
    derive(schemars::JsonSchema),
    schemars(example = Self::new(12_400, 1_850))
)]
#[non_exhaustive]
pub struct Tokens {
    /// Tokens that the model has read.
    pub input: u64,
    /// Tokens that the model has written.
    pub output: u64,
}

impl Tokens {
    /// That many tokens read and written.
    #[must_use]
    pub const fn new(input: u64, output: u64) -> Self {
        Self { input, output }
    }

    /// Both sums; each stops at the largest count.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
        }
    }

    /// Tokens read and written, together.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl Sum for Tokens {
    /// Both sums; each stops at the largest count.
    fn sum<I: Iterator<Item = Self>>(tokens: I) -> Self {
        tokens.fold(Self::default(), Self::saturating_add)
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in, {} out", self.input, self.output)
    }
}
