//! A hook of each kind and policy.

use hooks_core::{Arguments, HookKind, Outcome, Spec, hookspec};

use super::answer::{Answer, Fault, Told, Whole};
use super::scene::{Scene, hand_in, hand_in_implementation};
use super::table::Member;

#[hookspec]
pub(super) trait Field {
    /// Everybody is told.
    fn notify(&self, scene: &Scene, visitors: &mut Vec<u32>);

    /// Everybody is told, and may return an error.
    fn notify_fallible(&self, scene: &Scene, visitors: &mut Vec<u32>) -> Result<(), Fault>;

    /// Everybody is told until somebody fails.
    #[hook(on_failure = stop)]
    fn notify_stop(&self, scene: &Scene, visitors: &mut Vec<u32>);

    /// Everybody is asked.
    fn collect(&self, scene: &Scene, visitors: &mut Vec<u32>) -> Option<Answer>;

    /// Everybody is asked, and may return an error.
    fn collect_fallible(
        &self,
        scene: &Scene,
        visitors: &mut Vec<u32>,
    ) -> Result<Option<Answer>, Fault>;

    /// Everybody has to answer, and is asked until somebody fails.
    #[hook(on_failure = stop)]
    fn collect_stop(&self, scene: &Scene, visitors: &mut Vec<u32>) -> Result<Answer, Fault>;

    /// Asked until somebody answers.
    #[hook(firstresult)]
    fn first(&self, scene: &Scene, visitors: &mut Vec<u32>) -> Option<Answer>;

    /// Asked until somebody answers; everybody may return an error.
    #[hook(firstresult)]
    fn first_fallible(
        &self,
        scene: &Scene,
        visitors: &mut Vec<u32>,
    ) -> Result<Option<Answer>, Fault>;

    /// Asked until somebody answers or fails.
    #[hook(firstresult, on_failure = stop)]
    fn first_stop(&self, scene: &Scene, visitors: &mut Vec<u32>) -> Result<Option<Answer>, Fault>;

    /// An answer goes from one to the next.
    #[hook(waterfall)]
    fn flow(&self, scene: &Scene, visitors: &mut Vec<u32>, #[flow] so_far: Answer) -> Answer;

    /// An answer goes from one to the next, who may return an error.
    #[hook(waterfall)]
    fn flow_fallible(
        &self,
        scene: &Scene,
        visitors: &mut Vec<u32>,
        #[flow] so_far: Answer,
    ) -> Result<Answer, Fault>;

    /// An answer goes from one to the next until somebody fails.
    #[hook(waterfall, on_failure = stop)]
    fn flow_stop(
        &self,
        scene: &Scene,
        visitors: &mut Vec<u32>,
        #[flow] so_far: Answer,
    ) -> Result<Answer, Fault>;

    /// Everybody is told, latecomers too.
    #[hook(historic)]
    fn history(&self, scene: &Scene) -> Result<Option<Answer>, Fault>;

    /// Everybody is told until somebody fails, latecomers too.
    #[hook(historic, on_failure = stop)]
    fn history_stop(&self, scene: &Scene) -> Result<Option<Answer>, Fault>;
}

/// The arguments of one of these hooks.
pub(super) trait Acting: Arguments {
    fn scene(&self) -> &Scene;
    /// Leaves the number of a member with the caller.
    fn visit(&mut self, number: u32);
    /// What flows through the hook.
    fn so_far(&self) -> Option<&Answer>;
}

/// What a call gave.
#[derive(Debug)]
pub(super) struct Called {
    pub(super) output: Told,
    pub(super) visitors: Vec<u32>,
    /// What the report says of each; nothing for a plain call.
    pub(super) outcomes: Vec<Outcome>,
}

fn told(mut output: impl Whole) -> Told {
    output.disarm();
    output.told()
}

/// What flows into a waterfall hook.
pub(super) const SOURCE: u32 = 0;

macro_rules! acting {
    ($arguments:ident ($visitors:ident $(, $so_far:ident)?)) => {
        impl Acting for $arguments<'_> {
            fn scene(&self) -> &Scene {
                self.scene
            }

            fn visit(&mut self, number: u32) {
                self.$visitors.push(number);
            }

            fn so_far(&self) -> Option<&Answer> {
                None $(.or(Some(&self.$so_far)))?
            }
        }
    };
    ($arguments:ident ()) => {
        impl Acting for $arguments<'_> {
            fn scene(&self) -> &Scene {
                self.scene
            }

            fn visit(&mut self, _: u32) {}

            fn so_far(&self) -> Option<&Answer> {
                None
            }
        }
    };
}

macro_rules! hand_in {
    // A historic hook has nothing that one can change, and takes no wrappers.
    ((), $slot:expr, $member:ident) => {
        hand_in_implementation($slot, $member)
    };
    ($passed:tt, $slot:expr, $member:ident) => {
        hand_in($slot, $member)
    };
}

macro_rules! call {
    ($hooks:expr, $hook:ident, $scene:ident, $visited:ident ()) => {
        $hooks.$hook($scene)
    };
    ($hooks:expr, $hook:ident, $scene:ident, $visited:ident (visitors)) => {
        $hooks.$hook($scene, &mut $visited)
    };
    ($hooks:expr, $hook:ident, $scene:ident, $visited:ident (visitors, so_far)) => {
        $hooks.$hook($scene, &mut $visited, Answer::new(vec![SOURCE], false))
    };
}

macro_rules! subjects {
    ($($subject:ident $hook:ident $arguments:ident $passed:tt;)*) => {
        /// A hook.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Subject {
            $($subject,)*
        }

        $(acting!($arguments $passed);)*

        impl Subject {
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$subject => stringify!($hook),)*
                }
            }

            pub(super) fn hand_in(self, member: &Member, hooks: &mut <Field as Spec>::Registrar<'_>) {
                match self {
                    $(Self::$subject => hand_in!($passed, hooks.$hook(), member),)*
                }
            }

            pub(super) fn call(self, hooks: &Field, scene: &Scene) -> Called {
                #[allow(unused_mut)] // a historic hook has nothing that one can change
                let mut visitors = Vec::new();
                let output = match self {
                    $(Self::$subject => told(call!(hooks, $hook, scene, visitors $passed)),)*
                };
                Called { output, visitors, outcomes: Vec::new() }
            }

            pub(super) fn report(self, hooks: &Field, scene: &Scene) -> Called {
                let hooks = hooks.reported();
                #[allow(unused_mut)]
                let mut visitors = Vec::new();
                let (output, outcomes) = match self {
                    $(Self::$subject => {
                        let report = call!(hooks, $hook, scene, visitors $passed);
                        (told(report.output), report.outcomes)
                    })*
                };
                Called { output, visitors, outcomes }
            }
        }
    };
}

subjects! {
    Notify notify NotifyArgs (visitors);
    NotifyFallible notify_fallible NotifyFallibleArgs (visitors);
    NotifyStop notify_stop NotifyStopArgs (visitors);
    Collect collect CollectArgs (visitors);
    CollectFallible collect_fallible CollectFallibleArgs (visitors);
    CollectStop collect_stop CollectStopArgs (visitors);
    First first FirstArgs (visitors);
    FirstFallible first_fallible FirstFallibleArgs (visitors);
    FirstStop first_stop FirstStopArgs (visitors);
    Flow flow FlowArgs (visitors, so_far);
    FlowFallible flow_fallible FlowFallibleArgs (visitors, so_far);
    FlowStop flow_stop FlowStopArgs (visitors, so_far);
    History history HistoryArgs ();
    HistoryStop history_stop HistoryStopArgs ();
}

impl Subject {
    pub(super) fn kind(self) -> HookKind {
        match self {
            Self::Notify | Self::NotifyFallible | Self::NotifyStop => HookKind::Notify,
            Self::Collect | Self::CollectFallible | Self::CollectStop => HookKind::Collect,
            Self::First | Self::FirstFallible | Self::FirstStop => HookKind::FirstResult,
            Self::Flow | Self::FlowFallible | Self::FlowStop => HookKind::Waterfall,
            Self::History | Self::HistoryStop => HookKind::Historic,
        }
    }

    /// Whether the first failure ends the call.
    pub(super) fn stops(self) -> bool {
        use Subject::*;
        matches!(self, NotifyStop | CollectStop | FirstStop | FlowStop | HistoryStop)
    }

    /// Whether implementations may return an error.
    pub(super) fn is_fallible(self) -> bool {
        use Subject::*;
        !matches!(self, Notify | NotifyStop | Collect | First | Flow)
    }

    /// Whether implementations may do without an answer.
    pub(super) fn is_optional(self) -> bool {
        use Subject::*;
        matches!(
            self,
            Collect | CollectFallible | First | FirstFallible | FirstStop | History | HistoryStop
        )
    }

    /// Whether a call runs all that are there, whatever they do.
    pub(super) fn runs_everybody(self) -> bool {
        !self.stops()
            && matches!(self.kind(), HookKind::Notify | HookKind::Collect | HookKind::Waterfall)
    }

    pub(super) fn takes_wrappers(self) -> bool {
        self.kind() != HookKind::Historic
    }
}
