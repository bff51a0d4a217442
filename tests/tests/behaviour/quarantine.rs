//! Plugins that fail again and again are left out, tried, and called again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hooks_core::{
    Closures, FailureKind, Method, Monitor, MonitorGuard, Outcome, PluginManager, Quarantine,
    QuarantineChange, QuarantineStep, SkipReason, Verdict, hookspec,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::recorded;

/// Where plugins are well or not.
#[hookspec]
trait Clinic {
    /// Everybody is told.
    fn tell(&self);

    /// Everybody is told too.
    fn remind(&self);

    /// Everybody has to agree.
    #[hook(on_failure = stop)]
    fn approve(&self);

    /// Everybody is told, and whoever comes later.
    #[hook(historic)]
    fn announce(&self, number: u32);
}

/// A clock that goes on when it is told to.
#[derive(Clone)]
struct Clock {
    beginning: Instant,
    seconds: Arc<AtomicU64>,
}

impl Clock {
    fn new() -> Self {
        Self { beginning: Instant::now(), seconds: Arc::default() }
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    fn now(&self) -> Instant {
        self.beginning + Duration::from_secs(self.seconds.load(Ordering::SeqCst))
    }
}

/// Keeps what monitors are told of quarantine.
#[derive(Clone, Default)]
struct Changes(Arc<Mutex<Vec<QuarantineChange>>>);

impl Monitor for Changes {
    fn quarantine(&self, change: &QuarantineChange) {
        self.0.lock().unwrap().push(change.clone());
    }
}

impl Changes {
    fn steps(&self) -> Vec<(QuarantineStep, u32)> {
        let changes = std::mem::take(&mut *self.0.lock().unwrap());
        changes.iter().map(|change| (change.step, change.openings)).collect()
    }
}

const COOL_DOWN: Duration = Duration::from_secs(30);
const OPENED: QuarantineStep = QuarantineStep::Opened { cool_down: COOL_DOWN };

/// A manager that leaves out what fails twice in ten seconds, and one plugin, `patient`.
struct Ward {
    plugins: PluginManager,
    hooks: Clinic,
    clock: Clock,
    is_ill: Arc<AtomicBool>,
}

impl Ward {
    fn new() -> Self {
        let plugins = PluginManager::new();
        let clock = Clock::new();
        let its = clock.clone();
        plugins.quarantine(
            Quarantine::default()
                .failures(2)
                .window(Duration::from_secs(10))
                .cool_down(COOL_DOWN)
                .openings(3)
                .with_clock(move || its.now()),
        );
        let ward = Self { hooks: plugins.hooks(), plugins, clock, is_ill: Arc::new(true.into()) };
        ward.enter("patient");
        ward
    }

    /// Registers a plugin that is ill when `patient` is.
    fn enter(&self, name: &str) {
        let is_ill = Arc::clone(&self.is_ill);
        let patient = Closures::<Clinic>::new(move |hooks| {
            let ail = || {
                let is_ill = Arc::clone(&is_ill);
                move || assert!(!is_ill.load(Ordering::SeqCst), "it hurts")
            };
            let (tell, remind, approve, announce) = (ail(), ail(), ail(), ail());
            hooks.tell().implementation(Method::here("tell"), move |_| tell());
            hooks.remind().implementation(Method::here("remind"), move |_| remind());
            hooks.approve().implementation(Method::here("approve"), move |_| approve());
            hooks.announce().implementation(Method::here("announce"), move |_| announce());
        });
        self.plugins.register_closures(name, patient).unwrap();
    }

    fn heal(&self) {
        self.is_ill.store(false, Ordering::SeqCst);
    }

    /// Calls until the patient is left out.
    fn wear_out(&self) {
        self.hooks.tell();
        self.hooks.tell();
        assert!(self.is_quarantined());
    }

    fn is_quarantined(&self) -> bool {
        self.plugins.plugins()[0].quarantined
    }

    fn watch(&self) -> (Changes, MonitorGuard) {
        let changes = Changes::default();
        let guard = self.plugins.monitor(changes.clone());
        (changes, guard)
    }

    /// How the patient ends a call.
    fn tell(&self) -> &'static str {
        ended(&self.hooks.reported().tell().outcomes[0])
    }
}

fn ended(outcome: &Outcome) -> &'static str {
    match &outcome.verdict {
        Verdict::Answered => "answered",
        Verdict::Failed(failure) if failure.kind() == FailureKind::Quarantined => "refused",
        Verdict::Failed(_) => "failed",
        Verdict::Skipped(SkipReason::Quarantined) => "skipped",
        verdict => panic!("unexpected: {verdict:?}"),
    }
}

#[test]
fn who_fails_too_often_is_skipped_in_every_hook() {
    let ward = Ward::new();
    assert_eq!([ward.tell(), ward.tell(), ward.tell()], ["failed", "failed", "skipped"]);
    let reminded = ward.hooks.reported().remind();
    assert_eq!(ended(&reminded.outcomes[0]), "skipped");
    assert_eq!(reminded.outcomes[0].duration, Duration::ZERO);
    assert_eq!(ward.plugins.plugins()[0].failures, 2);
}

#[test]
fn nobody_is_left_out_unless_the_host_asks_for_it() {
    let plugins = PluginManager::new();
    let ill = Closures::<Clinic>::new(|hooks| {
        hooks.tell().implementation(Method::here("tell"), |_| panic!("it hurts"));
    });
    plugins.register_closures("ill", ill).unwrap();
    let hooks = plugins.hooks::<Clinic>();
    (0..50).for_each(|_| hooks.tell());
    assert_eq!(plugins.plugins()[0].failures, 50);
    assert_eq!(plugins.readmit("ill"), Ok(false));
}

#[test]
fn failures_that_are_far_apart_do_not_count_together() {
    let ward = Ward::new();
    for _ in 0..5 {
        assert_eq!(ward.tell(), "failed");
        ward.clock.pass(11);
    }
    assert!(!ward.is_quarantined());
}

#[test]
fn a_probe_that_ends_well_lets_the_plugin_back_in() {
    let ward = Ward::new();
    let (changes, _guard) = ward.watch();
    ward.wear_out();
    ward.clock.pass(29);
    assert_eq!(ward.tell(), "skipped");
    ward.clock.pass(1);
    ward.heal();
    assert_eq!([ward.tell(), ward.tell()], ["answered", "answered"]);
    assert_eq!(
        changes.steps(),
        [(OPENED, 1), (QuarantineStep::Probing, 1), (QuarantineStep::Closed, 1)]
    );
}

#[test]
fn the_third_opening_stays_until_the_host_readmits() {
    let ward = Ward::new();
    let (changes, _guard) = ward.watch();
    ward.wear_out();
    for _ in 0..2 {
        ward.clock.pass(30);
        assert_eq!([ward.tell(), ward.tell()], ["failed", "skipped"]);
    }
    ward.clock.pass(1_000_000);
    assert_eq!(ward.tell(), "skipped");
    assert_eq!(
        changes.steps(),
        [
            (OPENED, 1),
            (QuarantineStep::Probing, 1),
            (OPENED, 2),
            (QuarantineStep::Probing, 2),
            (QuarantineStep::Kept, 3),
        ]
    );
    ward.heal();
    assert_eq!(ward.plugins.readmit("patient"), Ok(true));
    assert_eq!(changes.steps(), [(QuarantineStep::Readmitted, 0)]);
    assert_eq!(ward.tell(), "answered");
    assert_eq!(ward.plugins.readmit("patient"), Ok(false));
    assert!(ward.plugins.readmit("nobody").is_err());
}

#[test]
fn a_gate_does_not_pass_because_its_guard_is_broken() {
    let ward = Ward::new();
    ward.wear_out();
    for _ in 0..5 {
        let report = ward.hooks.reported().approve();
        let failure = report.output.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Quarantined);
        assert_eq!(failure.plugin(), "patient");
        assert_eq!(ended(&report.outcomes[0]), "refused");
    }
    ward.clock.pass(12);
    let failure = ward.hooks.approve().unwrap_err();
    let message = failure.message();
    assert!(message.contains("12.0s") && message.contains("it hurts"), "{message}");
    assert_eq!(failure.location(), None);
    assert_eq!(ward.plugins.plugins()[0].failures, 2, "it has not failed again");
    // Nor has that kept it from being tried.
    ward.clock.pass(18);
    ward.heal();
    assert!(ward.hooks.approve().is_ok());
    assert!(!ward.is_quarantined());
}

#[test]
fn what_is_inside_of_a_wrapper_runs_without_it() {
    let ward = Ward::new();
    ward.heal();
    let surgeon = Closures::<Clinic>::new(|hooks| {
        hooks.tell().wrapper(Method::here("around"), |_| Err("out of thread".into()));
        hooks.approve().wrapper(Method::here("around"), |next| {
            next.call();
            Ok(())
        });
    });
    ward.plugins.register_closures("surgeon", surgeon).unwrap();
    let told = || ward.hooks.reported().tell().outcomes.iter().map(ended).collect::<Vec<_>>();
    assert_eq!(told(), ["failed", "answered"]);
    assert_eq!(told(), ["failed", "answered"]);
    assert_eq!(told(), ["skipped", "answered"]);
    let stopped = ward.hooks.reported().approve();
    assert_eq!(stopped.output.unwrap_err().plugin(), "surgeon");
    let verdicts = stopped.outcomes.iter().map(|outcome| &outcome.verdict).collect::<Vec<_>>();
    assert!(
        matches!(verdicts[..], [Verdict::Failed(_), Verdict::Skipped(SkipReason::StoppedBefore)]),
        "{verdicts:?}"
    );
}

#[test]
fn a_plugin_is_left_out_from_its_next_implementation_on_whether_somebody_watches_or_not() {
    for is_watched in [false, true] {
        let ward = Ward::new();
        ward.heal();
        let guard = is_watched.then(|| ward.watch());
        let runs = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&runs);
        let twins = Closures::<Clinic>::new(move |hooks| {
            for _ in 0..5 {
                let runs = Arc::clone(&counter);
                hooks.tell().implementation(Method::here("tell"), move |_| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    panic!("it hurts");
                });
            }
        });
        ward.plugins.register_closures("twins", twins).unwrap();
        ward.hooks.tell();
        assert_eq!(runs.load(Ordering::SeqCst), 2, "watched: {is_watched}");
        drop(guard);
    }
}

#[test]
fn others_are_called_as_before() {
    let ward = Ward::new();
    ward.wear_out();
    let healthy = Closures::<Clinic>::new(|hooks| {
        hooks.tell().implementation(Method::here("tell"), |_| ());
    });
    ward.plugins.register_closures("healthy", healthy).unwrap();
    let report = ward.hooks.reported().tell();
    let ended: Vec<_> =
        report.outcomes.iter().map(|outcome| (&*outcome.plugin, ended(outcome))).collect();
    assert_eq!(ended, [("healthy", "answered"), ("patient", "skipped")]);
}

#[test]
fn who_registers_again_is_not_in_quarantine_and_past_calls_do_not_count() {
    let ward = Ward::new();
    ward.wear_out();
    (0..5).for_each(|number| ward.hooks.announce(number));
    ward.plugins.unregister("patient").unwrap();
    ward.enter("patient");
    assert_eq!(ward.plugins.plugins()[0].failures, 5, "in each past call");
    assert!(!ward.is_quarantined());
    assert_eq!([ward.tell(), ward.tell(), ward.tell()], ["failed", "failed", "skipped"]);
}

#[test]
fn another_policy_holds_from_then_on() {
    let ward = Ward::new();
    let clock = ward.clock.clone();
    let policy = Quarantine::default().failures(4).with_clock(move || clock.now());
    ward.plugins.quarantine(policy);
    assert_eq!([(); 5].map(|()| ward.tell()), ["failed", "failed", "failed", "failed", "skipped"]);
}

#[test]
fn a_probe_that_is_under_way_is_the_only_one() {
    let ward = Ward::new();
    ward.plugins.unregister("patient").unwrap();
    ward.heal();
    let (again, is_ill) = (ward.hooks.clone(), Arc::clone(&ward.is_ill));
    let meanwhile: Arc<Mutex<Vec<&str>>> = Arc::default();
    let seen = Arc::clone(&meanwhile);
    let patient = Closures::<Clinic>::new(move |hooks| {
        let (again, seen, is_ill) = (again.clone(), Arc::clone(&seen), Arc::clone(&is_ill));
        hooks.remind().implementation(Method::here("remind"), |_| ());
        hooks.tell().implementation(Method::here("tell"), move |_| {
            let reminded = again.reported().remind();
            seen.lock().unwrap().push(ended(&reminded.outcomes[0]));
            assert!(!is_ill.load(Ordering::SeqCst), "it hurts");
        });
    });
    ward.plugins.register_closures("patient", patient).unwrap();
    ward.is_ill.store(true, Ordering::SeqCst);
    ward.wear_out();
    ward.clock.pass(30);
    ward.heal();
    ward.hooks.tell();
    assert!(!ward.is_quarantined());
    ward.hooks.tell();
    assert_eq!(*meanwhile.lock().unwrap(), ["answered", "answered", "skipped", "answered"]);
}

#[test]
fn tracing_is_told_of_each_step() {
    let ward = Ward::new();
    let ((), events) = recorded(|| {
        ward.wear_out();
        ward.clock.pass(30);
        ward.heal();
        ward.hooks.tell();
        ward.is_ill.store(true, Ordering::SeqCst);
        ward.wear_out();
        ward.plugins.readmit("patient").unwrap();
    });
    let steps: Vec<_> = events
        .iter()
        .filter(|event| event.field("openings").is_some())
        .map(|event| (event.level, event.field("plugin").unwrap(), event.message()))
        .collect();
    let (warn, info) = (tracing::Level::WARN, tracing::Level::INFO);
    let reason = |event: &str| event.split(": plugin").next().unwrap().to_owned();
    let steps: Vec<_> =
        steps.iter().map(|(level, plugin, text)| (*level, *plugin, reason(text))).collect();
    let opened = "a plugin failed too often, and is in quarantine".to_owned();
    assert_eq!(
        steps,
        [
            (warn, "patient", opened.clone()),
            (info, "patient", "a plugin in quarantine is tried".to_owned()),
            (info, "patient", "a plugin is out of quarantine".to_owned()),
            (warn, "patient", opened),
            (info, "patient", "a plugin was readmitted".to_owned()),
        ]
    );
}

/// What may happen to a plugin.
#[derive(Clone, Copy, Debug)]
enum Event {
    Called { fails: bool },
    Passed { seconds: u64 },
    Readmitted,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => any::<bool>().prop_map(|fails| Event::Called { fails }),
        3 => prop_oneof![0..12_u64, 25..35_u64].prop_map(|seconds| Event::Passed { seconds }),
        1 => Just(Event::Readmitted),
    ]
}

/// The quarantine, restated.
#[derive(Default)]
struct Restated {
    now: u64,
    openings: u32,
    /// Since it was last closed.
    failures: Vec<u64>,
    /// When it was opened, if it is open.
    opened: Option<u64>,
}

impl Restated {
    /// How a call ends.
    fn call(&mut self, fails: bool) -> &'static str {
        let is_probe = match self.opened {
            Some(opened) if self.openings >= 3 || self.now < opened + 30 => return "skipped",
            opened => opened.is_some(),
        };
        if !fails {
            if is_probe {
                (self.opened, self.failures) = (None, Vec::new());
            }
            return "answered";
        }
        self.failures.push(self.now);
        let recent = self.failures.iter().filter(|failure| self.now - **failure <= 10).count();
        if is_probe || recent >= 2 {
            self.opened = Some(self.now);
            self.openings += 1;
        }
        "failed"
    }

    fn happen(&mut self, event: Event) -> &'static str {
        match event {
            Event::Called { fails } => self.call(fails),
            Event::Passed { seconds } => {
                self.now += seconds;
                "passed"
            }
            Event::Readmitted => {
                let was_open = self.opened.is_some();
                *self = Self { now: self.now, ..Self::default() };
                if was_open { "readmitted" } else { "not needed" }
            }
        }
    }
}

impl Ward {
    fn happen(&self, event: Event) -> &'static str {
        match event {
            Event::Called { fails } => {
                self.is_ill.store(fails, Ordering::SeqCst);
                self.tell()
            }
            Event::Passed { seconds } => {
                self.clock.pass(seconds);
                "passed"
            }
            Event::Readmitted => match self.plugins.readmit("patient") {
                Ok(true) => "readmitted",
                Ok(false) => "not needed",
                Err(unknown) => panic!("{unknown}"),
            },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn it_goes_as_it_was_restated(events in vec(event(), 1..60)) {
        let ward = Ward::new();
        let mut restated = Restated::default();
        for event in events {
            prop_assert_eq!(ward.happen(event), restated.happen(event), "{:?}", event);
            prop_assert_eq!(ward.is_quarantined(), restated.opened.is_some());
        }
    }
}
