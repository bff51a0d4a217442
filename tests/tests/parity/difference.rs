//! Shows where two logs part.

use std::fmt;

use serde_json::Value;

use crate::cases::Case;

/// A case whose log is not that of pluggy.
pub(crate) struct Difference<'a> {
    case: &'a Case,
    here: Vec<Value>,
    /// How many events the logs have in common, from the beginning.
    common: usize,
}

impl<'a> Difference<'a> {
    /// How the log that was made here is not that of the case, if it is not.
    pub(crate) fn of(case: &'a Case, here: Vec<Value>) -> Option<Self> {
        if here == case.log {
            return None;
        }
        let common = here.iter().zip(&case.log).take_while(|(here, pluggy)| here == pluggy).count();
        Some(Self { case, here, common })
    }
}

/// The scenario, what both logs have in common, and how each goes on.
impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { place, claim, scenario, log } = self.case;
        match claim {
            Some(claim) => writeln!(f, "{place}: {claim}")?,
            None => writeln!(f, "{place}")?,
        }
        for (key, plugin) in scenario["plugins"].as_object().into_iter().flatten() {
            let implementations = plugin["impls"].as_array().into_iter().flatten();
            for (index, implementation) in implementations.enumerate() {
                writeln!(f, "  {key}.{index}: {implementation}")?;
            }
        }
        lines(f, "operations", scenario["ops"].as_array().map_or(&[], Vec::as_slice))?;
        lines(f, "both logs", &log[..self.common])?;
        lines(f, "and then pluggy's", &log[self.common..])?;
        lines(f, "and then this one's", &self.here[self.common..])?;
        writeln!(f)
    }
}

fn lines(f: &mut fmt::Formatter<'_>, title: &str, lines: &[Value]) -> fmt::Result {
    writeln!(f, "  {title}")?;
    if lines.is_empty() {
        return writeln!(f, "    (nothing)");
    }
    lines.iter().try_for_each(|line| writeln!(f, "    {line}"))
}
