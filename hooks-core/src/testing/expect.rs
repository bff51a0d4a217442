//! What a test expects of the calls of a hook.

use std::fmt;

use super::record::{Call, Record};
use crate::description::HookDescription;
use crate::report::{Outcome, Verdict};

/// The calls of one hook so far, for a test to say what it expects of them. See
/// [`Host::expect`](super::Host::expect).
///
/// Each method panics if it is not so, says what was expected, and lists what happened.
pub struct Expect<'host> {
    hook: &'static HookDescription,
    record: &'host Record,
    /// All that happened, with the calls of the hook in it.
    calls: Vec<Call>,
}

impl<'host> Expect<'host> {
    pub(super) fn new(hook: &'static HookDescription, record: &'host Record) -> Self {
        Self { hook, record, calls: record.calls() }
    }

    /// The hook was called so many times. What is replayed or delivered is the call that it was
    /// once, and does not count again.
    ///
    /// # Panics
    ///
    /// If it was not.
    #[track_caller]
    pub fn called(self, times: usize) -> Self {
        let called = self.calls_of_hook().filter(|call| call.is_made()).count();
        if called != times {
            let (expected, was) = (many(times), many(called));
            self.complain(&format!("expected to be called {expected}, was called {was}"));
        }
        self
    }

    /// The implementations and wrappers of these plugins ran, and no others, in this order, over
    /// all calls. A plugin stands here once for each time that one of its methods ran. A wrapper
    /// stands after all that is inside of it.
    ///
    /// # Panics
    ///
    /// If it was not so.
    #[track_caller]
    pub fn ran<'a>(self, plugins: impl IntoIterator<Item = &'a str>) -> Self {
        self.compare("run", plugins, Verdict::ran)
    }

    /// Those of these plugins gave an answer, and no others, in this order, over all calls; in a
    /// hook that asks for none, those ran to their end.
    ///
    /// # Panics
    ///
    /// If it was not so.
    #[track_caller]
    pub fn answered<'a>(self, plugins: impl IntoIterator<Item = &'a str>) -> Self {
        self.compare("answer", plugins, |verdict| matches!(verdict, Verdict::Answered))
    }

    /// Those of these plugins ran and had no answer, and no others, in this order, over all calls.
    ///
    /// # Panics
    ///
    /// If it was not so.
    #[track_caller]
    pub fn passed<'a>(self, plugins: impl IntoIterator<Item = &'a str>) -> Self {
        self.compare("pass", plugins, |verdict| matches!(verdict, Verdict::Passed))
    }

    /// Those of these plugins failed, and no others, in this order, over all calls. The host does
    /// not panic for these failures.
    ///
    /// # Panics
    ///
    /// If it was not so.
    #[track_caller]
    pub fn failed<'a>(self, plugins: impl IntoIterator<Item = &'a str>) -> Self {
        let expected =
            self.compare("fail", plugins, |verdict| matches!(verdict, Verdict::Failed(_)));
        let hook = expected.hook;
        expected
            .record
            .take_failures(|failure| (failure.spec(), failure.hook()) == (hook.spec, hook.name));
        expected
    }

    fn calls_of_hook(&self) -> impl Iterator<Item = &Call> {
        self.calls
            .iter()
            .filter(|call| std::ptr::eq(call.hook, self.hook) || *call.hook == *self.hook)
    }

    #[track_caller]
    fn compare<'a>(
        self,
        verb: &str,
        plugins: impl IntoIterator<Item = &'a str>,
        did: impl Fn(&Verdict) -> bool,
    ) -> Self {
        let expected: Vec<&str> = plugins.into_iter().collect();
        let outcomes = self.calls_of_hook().flat_map(|call| &call.outcomes);
        let did: Vec<&str> = outcomes
            .filter(|outcome| did(&outcome.verdict))
            .map(|Outcome { plugin, .. }| &**plugin)
            .collect();
        if did != expected {
            let (expected, did) = (names(&expected), names(&did));
            self.complain(&format!("expected to {verb}: {expected}; it was: {did}"));
        }
        self
    }

    #[track_caller]
    fn complain(&self, complaint: &str) -> ! {
        let happened: String = self.calls.iter().map(|call| format!("\n  {call}")).collect();
        let happened = if happened.is_empty() { " nothing" } else { &happened };
        panic!("hook `{}`: {complaint}\nwhat happened:{happened}", self.hook.name);
    }
}

impl fmt::Debug for Expect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expect").field("hook", &self.hook.name).finish_non_exhaustive()
    }
}

fn many(times: usize) -> String {
    match times {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        times => format!("{times} times"),
    }
}

fn names(plugins: &[&str]) -> String {
    let names: Vec<_> = plugins.iter().map(|plugin| format!("`{plugin}`")).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
