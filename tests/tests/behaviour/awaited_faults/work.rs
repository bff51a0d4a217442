//! A hook of each kind for each way to run it, and workers that implement them all.

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::panic::panic_any;
use std::time::Duration;

use hooks_core::{FailureKind, Plugin, PluginMetadata, hookimpl, hookspec};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::support::Journal;

/// What there is to do: at once, one after the other, and together.
#[hookspec]
pub(crate) trait Work {
    /// Tells all.
    fn tell(&self) -> Result<(), Oops>;
    /// Asks all.
    fn ask(&self) -> Result<u32, Oops>;
    /// Asks until one answers.
    #[hook(firstresult)]
    fn choose(&self) -> Result<Option<u32>, Oops>;
    /// Adds to a sum.
    #[hook(waterfall)]
    fn add(&self, #[flow] sum: u32) -> Result<u32, Oops>;
    /// Asks all, and stops at a failure.
    #[hook(on_failure = stop)]
    fn gate(&self) -> Result<u32, Oops>;

    /// Tells all. One after the other.
    #[hook(timeout = "5s")]
    async fn later_tell(&self) -> Result<(), Oops>;
    /// Asks all. One after the other.
    #[hook(timeout = "5s")]
    async fn later_ask(&self) -> Result<u32, Oops>;
    /// Asks until one answers. One after the other.
    #[hook(firstresult, timeout = "5s")]
    async fn later_choose(&self) -> Result<Option<u32>, Oops>;
    /// Adds to a sum. One after the other.
    #[hook(waterfall, timeout = "5s")]
    async fn later_add(&self, #[flow] sum: u32) -> Result<u32, Oops>;
    /// Asks all, and stops at a failure. One after the other.
    #[hook(on_failure = stop, timeout = "5s")]
    async fn later_gate(&self) -> Result<u32, Oops>;

    /// Tells all. Together.
    #[hook(concurrent, timeout = "5s")]
    async fn together_tell(&self) -> Result<(), Oops>;
    /// Asks all. Together.
    #[hook(concurrent, timeout = "5s")]
    async fn together_ask(&self) -> Result<u32, Oops>;
    /// Asks until one answers. Together.
    #[hook(concurrent, firstresult, timeout = "5s")]
    async fn together_choose(&self) -> Result<Option<u32>, Oops>;
    /// Asks all, and stops at a failure. Together.
    #[hook(concurrent, on_failure = stop, timeout = "5s")]
    async fn together_gate(&self) -> Result<u32, Oops>;
}

/// An error, which may panic when it is asked what it is.
#[derive(Debug)]
pub(crate) struct Oops {
    shy: bool,
}

impl fmt::Display for Oops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(!self.shy, "shy");
        f.write_str("oops")
    }
}

impl Error for Oops {}

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// It panics before it awaits anything.
    PanicsAtOnce,
    /// It panics in its second poll.
    PanicsLater,
    /// What it panics with panics when it is dropped.
    PanicsWithABomb,
    /// It panics in a destructor at its end.
    PanicsOnTheWayOut,
    Fails,
    /// Its error panics when it is asked what it is.
    FailsShyly,
    /// It is never ready.
    Hangs,
    /// It is never ready, and panics when it is dropped.
    HangsAndPanicsOnTheWayOut,
}

impl Fault {
    /// Those that need nothing to be awaited.
    pub(crate) const IMMEDIATE: [Self; 5] = [
        Self::PanicsAtOnce,
        Self::PanicsWithABomb,
        Self::PanicsOnTheWayOut,
        Self::Fails,
        Self::FailsShyly,
    ];
    /// Those that do.
    pub(crate) const AWAITED: [Self; 3] =
        [Self::PanicsLater, Self::Hangs, Self::HangsAndPanicsOnTheWayOut];

    pub(crate) fn kind(self) -> FailureKind {
        match self {
            Self::None => unreachable!("there is none"),
            Self::Fails | Self::FailsShyly => FailureKind::Error,
            Self::Hangs | Self::HangsAndPanicsOnTheWayOut => FailureKind::Timeout,
            Self::PanicsAtOnce
            | Self::PanicsLater
            | Self::PanicsWithABomb
            | Self::PanicsOnTheWayOut => FailureKind::Panic,
        }
    }

    /// How its message begins.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::None => unreachable!("there is none"),
            Self::PanicsAtOnce | Self::PanicsLater => "boom",
            Self::PanicsWithABomb => "a panic whose payload is not text",
            Self::PanicsOnTheWayOut => "boom on the way out",
            Self::Fails => "oops",
            Self::FailsShyly => "an error that panicked when it was asked what it is: shy",
            Self::Hangs | Self::HangsAndPanicsOnTheWayOut => {
                "not ready within 5s: given up after 5.000s"
            }
        }
    }

    /// The end of the file in which it panics, and the line.
    pub(crate) fn place(self) -> Option<(&'static str, Option<u32>)> {
        let here = "awaited_faults/work.rs";
        match self {
            Self::PanicsAtOnce | Self::PanicsLater => Some((here, Some(BOOM + 2))),
            Self::PanicsWithABomb => Some((here, Some(BOMB + 2))),
            Self::PanicsOnTheWayOut => Some(("support/journal.rs", None)),
            _ => None,
        }
    }
}

/// The line above.
const BOOM: u32 = line!();
fn boom() -> ! {
    panic!("boom")
}

const BOMB: u32 = line!();
fn bomb(journal: &Journal) -> ! {
    panic_any(journal.bomb("the payload").charged("boom of the payload"))
}

/// What a worker knows.
#[derive(Clone)]
pub(crate) struct Worker {
    pub(crate) name: &'static str,
    /// What it answers; passes when it is asked to be chosen with less than 2.
    pub(crate) answer: u32,
    pub(crate) fault: Fault,
    /// Notes when it starts, and when all that it has is gone.
    pub(crate) journal: Journal,
    /// What else is dropped.
    pub(crate) bombs: Journal,
}

impl Worker {
    fn now(&self) -> Result<u32, Oops> {
        self.journal.note(format!("{} starts", self.name));
        let _gone = self.journal.bomb(&format!("{} is gone", self.name));
        let _loud;
        match self.fault {
            Fault::PanicsAtOnce => boom(),
            Fault::PanicsWithABomb => bomb(&self.bombs),
            Fault::Fails => return Err(Oops { shy: false }),
            Fault::FailsShyly => return Err(Oops { shy: true }),
            Fault::PanicsOnTheWayOut | Fault::HangsAndPanicsOnTheWayOut => {
                _loud = self.bombs.bomb("the local").charged("boom on the way out");
            }
            Fault::None | Fault::PanicsLater | Fault::Hangs => {}
        }
        Ok(self.answer)
    }

    async fn later(&self) -> Result<u32, Oops> {
        if Fault::IMMEDIATE.contains(&self.fault) {
            return self.now();
        }
        self.journal.note(format!("{} starts", self.name));
        let _gone = self.journal.bomb(&format!("{} is gone", self.name));
        let _loud;
        match self.fault {
            Fault::PanicsLater => {
                yield_now().await;
                boom();
            }
            Fault::Hangs => pending().await,
            Fault::HangsAndPanicsOnTheWayOut => {
                _loud = self.bombs.bomb("the local").charged("boom on the way out");
                pending::<()>().await;
            }
            _ => sleep(Duration::from_secs(1)).await,
        }
        Ok(self.answer)
    }

    fn choice(answer: u32) -> Option<u32> {
        (answer >= 2).then_some(answer)
    }
}

/// Awaits where it can.
pub(crate) struct Awaits(pub(crate) Worker);

impl Plugin for Awaits {
    const METADATA: PluginMetadata = PluginMetadata::new("awaits");
}

#[hookimpl]
impl Work for Awaits {
    fn tell(&self) -> Result<(), Oops> {
        self.0.now().map(drop)
    }
    fn ask(&self) -> Result<u32, Oops> {
        self.0.now()
    }
    fn choose(&self) -> Result<Option<u32>, Oops> {
        self.0.now().map(Worker::choice)
    }
    fn add(&self, sum: u32) -> Result<u32, Oops> {
        self.0.now().map(|answer| sum + answer)
    }
    fn gate(&self) -> Result<u32, Oops> {
        self.0.now()
    }

    async fn later_tell(&self) -> Result<(), Oops> {
        self.0.later().await.map(drop)
    }
    async fn later_ask(&self) -> Result<u32, Oops> {
        self.0.later().await
    }
    async fn later_choose(&self) -> Result<Option<u32>, Oops> {
        self.0.later().await.map(Worker::choice)
    }
    async fn later_add(&self, sum: u32) -> Result<u32, Oops> {
        self.0.later().await.map(|answer| sum + answer)
    }
    async fn later_gate(&self) -> Result<u32, Oops> {
        self.0.later().await
    }

    async fn together_tell(&self) -> Result<(), Oops> {
        self.0.later().await.map(drop)
    }
    async fn together_ask(&self) -> Result<u32, Oops> {
        self.0.later().await
    }
    async fn together_choose(&self) -> Result<Option<u32>, Oops> {
        self.0.later().await.map(Worker::choice)
    }
    async fn together_gate(&self) -> Result<u32, Oops> {
        self.0.later().await
    }
}

/// Implements what is awaited with plain functions.
pub(crate) struct Returns(pub(crate) Worker);

impl Plugin for Returns {
    const METADATA: PluginMetadata = PluginMetadata::new("returns");
}

#[hookimpl]
impl Work for Returns {
    fn later_tell(&self) -> Result<(), Oops> {
        self.0.now().map(drop)
    }
    fn later_ask(&self) -> Result<u32, Oops> {
        self.0.now()
    }
    fn later_choose(&self) -> Result<Option<u32>, Oops> {
        self.0.now().map(Worker::choice)
    }
    fn later_add(&self, sum: u32) -> Result<u32, Oops> {
        self.0.now().map(|answer| sum + answer)
    }
    fn later_gate(&self) -> Result<u32, Oops> {
        self.0.now()
    }

    fn together_tell(&self) -> Result<(), Oops> {
        self.0.now().map(drop)
    }
    fn together_ask(&self) -> Result<u32, Oops> {
        self.0.now()
    }
    fn together_choose(&self) -> Result<Option<u32>, Oops> {
        self.0.now().map(Worker::choice)
    }
    fn together_gate(&self) -> Result<u32, Oops> {
        self.0.now()
    }
}
