//! Wrappers of hooks that are awaited, and what they do wrong.

use std::future::pending;
use std::time::Duration;

use hooks_core::{AsyncNext, FailureKind, PluginManager, Verdict, hookimpl};
use tokio::time::{Instant, sleep};

use super::calls::call_reported;
use super::work::{
    Awaits, Fault, LaterAskArgs, LaterGateArgs, TogetherAskArgs, TogetherGateArgs, Work, Worker,
};
use super::{Named, is_ready_after, run};
use crate::support::Journal;

/// What a wrapper does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    PanicsBefore,
    PanicsAfter,
    FailsBefore,
    FailsAfter,
    NeverCalls,
    /// It drops the inner call before that is ready, and goes on well.
    LetsGo,
    PanicsWhileItIsPending,
    HangsBefore,
    HangsAfter,
}

const WRONGS: [Wrong; 9] = [
    Wrong::PanicsBefore,
    Wrong::PanicsAfter,
    Wrong::FailsBefore,
    Wrong::FailsAfter,
    Wrong::NeverCalls,
    Wrong::LetsGo,
    Wrong::PanicsWhileItIsPending,
    Wrong::HangsBefore,
    Wrong::HangsAfter,
];

impl Wrong {
    fn failure(self) -> Option<(FailureKind, &'static str)> {
        match self {
            Self::Nothing | Self::LetsGo => None,
            Self::PanicsBefore => Some((FailureKind::Panic, "before")),
            Self::PanicsAfter => Some((FailureKind::Panic, "after")),
            Self::FailsBefore => Some((FailureKind::Error, "before")),
            Self::FailsAfter => Some((FailureKind::Error, "after")),
            Self::NeverCalls => {
                Some((FailureKind::Error, "the wrapper ended without having called `next.call()`"))
            }
            Self::PanicsWhileItIsPending => Some((FailureKind::Panic, "impatient")),
            Self::HangsBefore | Self::HangsAfter => {
                Some((FailureKind::Timeout, "not ready within 5s: given up after 5.000s"))
            }
        }
    }

    /// Whether what is inside is called before the failure.
    fn calls(self) -> bool {
        !matches!(
            self,
            Self::PanicsBefore | Self::FailsBefore | Self::NeverCalls | Self::HangsBefore
        )
    }
}

struct Around {
    wrong: Wrong,
    journal: Journal,
}

impl Named<Around> {
    async fn stand_around(&self, call: impl Future<Output = ()>) -> Result<(), &'static str> {
        let Self(Around { wrong, journal }) = self;
        let _gone = journal.bomb("the wrapper is gone");
        match wrong {
            Wrong::PanicsBefore => panic!("before"),
            Wrong::FailsBefore => return Err("before"),
            Wrong::NeverCalls => return Ok(()),
            Wrong::HangsBefore => pending().await,
            Wrong::LetsGo | Wrong::PanicsWhileItIsPending => {
                tokio::select! {
                    () = call => unreachable!("it takes a second"),
                    () = sleep(Duration::from_millis(500)) => {}
                }
                assert_ne!(*wrong, Wrong::PanicsWhileItIsPending, "impatient");
            }
            Wrong::Nothing => call.await,
            Wrong::PanicsAfter => {
                call.await;
                panic!("after")
            }
            Wrong::FailsAfter => {
                call.await;
                return Err("after");
            }
            Wrong::HangsAfter => {
                call.await;
                pending::<()>().await;
            }
        }
        Ok(())
    }
}

#[hookimpl]
impl Work for Named<Around> {
    #[hookimpl(wrapper)]
    async fn later_ask(&self, next: AsyncNext<'_, LaterAskArgs>) -> Result<(), &'static str> {
        self.stand_around(async { _ = next.call().await }).await
    }

    #[hookimpl(wrapper)]
    async fn later_gate(&self, next: AsyncNext<'_, LaterGateArgs>) -> Result<(), &'static str> {
        self.stand_around(async { _ = next.call().await }).await
    }

    #[hookimpl(wrapper)]
    async fn together_ask(&self, next: AsyncNext<'_, TogetherAskArgs>) -> Result<(), &'static str> {
        self.stand_around(async { _ = next.call().await }).await
    }

    #[hookimpl(wrapper)]
    async fn together_gate(
        &self,
        next: AsyncNext<'_, TogetherGateArgs>,
    ) -> Result<(), &'static str> {
        self.stand_around(async { _ = next.call().await }).await
    }
}

/// A wrapper that does this wrong, around workers that take a second each.
fn wrapped(wrong: Wrong, workers: usize, journal: &Journal) -> PluginManager {
    let plugins = PluginManager::new();
    for number in 0..workers {
        let (journal, bombs) = (journal.clone(), Journal::default());
        let worker = Worker { name: "worker", answer: 3, fault: Fault::None, journal, bombs };
        plugins.register_as(&format!("worker-{number}"), Awaits(worker)).unwrap();
    }
    plugins.register_as("around", Named(Around { wrong, journal: journal.clone() })).unwrap();
    plugins
}

#[test]
fn a_wrapper_that_goes_wrong_fails_alone_and_what_is_inside_runs_once() {
    for hook in ["later_ask", "together_ask"] {
        for wrong in WRONGS {
            let journal = Journal::default();
            let plugins = wrapped(wrong, 1, &journal);
            let (answers, outcomes) = run(call_reported(&plugins.hooks::<Work>(), hook));
            assert_eq!(answers.unwrap(), [3], "{hook}, {wrong:?}");
            let failure = match &outcomes[0].verdict {
                Verdict::Failed(failure) => {
                    assert_eq!((failure.plugin(), failure.hook()), ("around", hook));
                    Some((failure.kind(), failure.message()))
                }
                verdict => {
                    assert!(matches!(verdict, Verdict::Answered), "{hook}, {wrong:?}");
                    None
                }
            };
            let expected = wrong.failure();
            match (failure, expected) {
                (Some((kind, message)), Some((expected, text))) => {
                    assert_eq!(kind, expected, "{hook}, {wrong:?}");
                    assert!(message.contains(text), "{hook}, {wrong:?}: {message}");
                }
                (failure, expected) => assert_eq!(failure, expected, "{hook}, {wrong:?}"),
            }
            assert!(matches!(outcomes[1].verdict, Verdict::Answered), "{hook}, {wrong:?}");
            let mut notes = journal.read();
            notes.sort();
            assert_eq!(
                notes,
                ["the wrapper is gone", "worker is gone", "worker starts"],
                "{hook}, {wrong:?}"
            );
        }
    }
}

#[test]
fn a_wrapper_that_goes_wrong_stops_a_hook_that_stops() {
    for hook in ["later_gate", "together_gate"] {
        for wrong in WRONGS {
            let journal = Journal::default();
            let plugins = wrapped(wrong, 1, &journal);
            let (answers, outcomes) = run(call_reported(&plugins.hooks::<Work>(), hook));
            match wrong.failure() {
                None => assert_eq!(answers.unwrap(), [3], "{hook}, {wrong:?}"),
                Some((kind, _)) => {
                    let failure = answers.unwrap_err();
                    assert_eq!((failure.plugin(), failure.kind()), ("around", kind), "{wrong:?}");
                }
            }
            let ran = journal.read().iter().filter(|note| *note == "worker is gone").count();
            assert_eq!(ran, usize::from(wrong.calls()), "{hook}, {wrong:?}");
            let skipped = matches!(outcomes[1].verdict, Verdict::Skipped(_));
            assert_eq!(skipped, !wrong.calls(), "{hook}, {wrong:?}");
        }
    }
}

#[test]
fn a_wrapper_is_not_charged_for_the_time_of_those_inside() {
    let plugins = wrapped(Wrong::Nothing, 9, &Journal::default());
    run(async {
        let began = Instant::now();
        let report = plugins.hooks::<Work>().reported().later_ask().await;
        assert_eq!(began.elapsed().as_secs(), 9, "longer than the deadline of each");
        assert_eq!(report.failures().count(), 0);
        assert_eq!(report.output.len(), 9);
    });
    let plugins = wrapped(Wrong::HangsAfter, 9, &Journal::default());
    run(async {
        let began = Instant::now();
        let report = plugins.hooks::<Work>().reported().later_ask().await;
        assert_eq!(began.elapsed().as_secs(), 14, "and then for its own");
        let failure = report.failures().next().unwrap();
        assert_eq!(failure.message(), "not ready within 5s: given up after 5.000s");
    });
}

#[test]
fn a_wrapped_call_that_is_cancelled_drops_the_wrapper_and_what_is_inside_once() {
    for (wrong, expected) in [
        (Wrong::Nothing, vec!["worker starts", "the wrapper is gone", "worker is gone"]),
        (Wrong::HangsBefore, vec!["the wrapper is gone"]),
    ] {
        let journal = Journal::default();
        let plugins = wrapped(wrong, 1, &journal);
        let work = plugins.hooks::<Work>();
        run(async {
            let mut call = Box::pin(work.later_ask());
            assert!(!is_ready_after(&mut call, 2));
        });
        assert_eq!(journal.read(), expected, "{wrong:?}");
        assert!(plugins.plugins().iter().all(|plugin| plugin.failures == 0), "{wrong:?}");
    }
}
