//! How times, places and texts are shown.

use std::time::Duration;

use crate::source::is_hidden;

/// The most characters of a text.
const LONGEST: usize = 1_000;

/// A text of any origin, without hidden characters, shortened.
pub(super) fn clean(text: &str) -> String {
    let shown =
        text.trim().chars().map(|character| if is_hidden(character) { ' ' } else { character });
    let mut clean: String = shown.take(LONGEST).collect();
    if text.trim().chars().nth(LONGEST).is_some() {
        clean.push('…');
    }
    clean
}

/// `340ms`, `2.3s`, `4m 05s`, `1h 02m`.
pub(super) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{}ms", time.as_millis()),
        1..60 => format!("{:.1}s", (time.as_millis() / 100) as f64 / 10.0),
        60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3_600, seconds / 60 % 60),
    }
}

/// A short time, with what is needed to tell it from nothing.
pub(crate) fn short_time(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..1_000 => format!("{micros}µs"),
        micros @ 1_000..100_000 => format!("{:.1}ms", micros as f64 / 1e3),
        _ => self::time(time),
    }
}

/// `1 task`, `2 tasks`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The length of the whole run, along which everything has its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale(Duration);

impl Scale {
    /// A scale of that length, with some room at its end: what happens last is to be seen.
    pub(super) fn new(whole: Duration) -> Self {
        Self(whole.max(Duration::from_millis(1)) * 51 / 50)
    }

    /// How far from the beginning a time is, from 0 to 1.
    pub(super) fn share(self, time: Duration) -> f64 {
        (time.as_secs_f64() / self.0.as_secs_f64()).min(1.0)
    }

    /// The same in percent, as pictures take it: they grow and shrink with the page.
    pub(super) fn percent(self, time: Duration) -> String {
        format!("{:.4}%", self.share(time) * 100.0)
    }

    /// The percentage from one time to another.
    pub(super) fn width(self, begin: Duration, end: Duration) -> String {
        format!("{:.4}%", (self.share(end) - self.share(begin)).max(0.0) * 100.0)
    }

    /// Round times along the scale: at most about so many.
    pub(super) fn ticks(self, most: u32) -> Vec<Duration> {
        let step = round_step(self.0 / most.max(1));
        let count = self.0.as_nanos() / step.as_nanos();
        (0..=u32::try_from(count).unwrap_or(0)).map(|number| step * number).collect()
    }
}

/// The next longer step that people count in.
fn round_step(least: Duration) -> Duration {
    const STEPS: [u64; 19] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000,
        120_000, 300_000, 600_000,
    ];
    let longer = STEPS.into_iter().map(Duration::from_millis).find(|step| *step >= least);
    longer.unwrap_or_else(|| {
        const QUARTER: u64 = 900;
        Duration::from_secs(least.as_secs().div_ceil(QUARTER) * QUARTER)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = |millis| Scale::new(Duration::from_millis(millis)).ticks(6);
        assert_eq!(ticks(2_600), [0, 500, 1_000, 1_500, 2_000, 2_500].map(Duration::from_millis));
        for millis in [1, 7, 90, 2_600, 61_000, 4_000_000, 360_000_000] {
            let ticks = ticks(millis);
            assert!((1..=7).contains(&ticks.len()), "{millis}: {ticks:?}");
        }
    }

    #[test]
    fn times_are_short() {
        let shown =
            [42, 2_349, 65_000, 3_725_000].map(|millis| time(Duration::from_millis(millis)));
        assert_eq!(shown, ["42ms", "2.3s", "1m 05s", "1h 02m"]);
        let shown = [7, 2_340, 400_000].map(|micros| short_time(Duration::from_micros(micros)));
        assert_eq!(shown, ["7µs", "2.3ms", "400ms"]);
    }

    #[test]
    fn texts_have_no_hidden_characters_and_an_end() {
        assert_eq!(clean(" a\u{1b}[2J\u{202e}b\n"), "a [2J b");
        assert_eq!(clean(&"x".repeat(LONGEST + 5)).chars().count(), LONGEST + 1);
    }
}
