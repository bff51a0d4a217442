//! Probes of plugins in quarantine whose calls come to no end.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use hooks_core::{Plugin, PluginMetadata, QuarantineStep, hookimpl, hookspec};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread;

use super::{Steps, in_many_orders, with_quarantine};

/// What is awaited.
#[hookspec]
trait Waiting {
    /// Waits, perhaps for ever.
    async fn wait(&self, for_ever: bool);
}

/// Is well but for the first time.
#[derive(Clone, Default)]
struct Patient {
    visits: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

impl Plugin for Patient {
    const METADATA: PluginMetadata = PluginMetadata::new("patient");
}

/// One that runs, until it is dropped.
struct Runs<'a>(&'a AtomicUsize);

impl Drop for Runs<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[hookimpl]
impl Waiting for Patient {
    async fn wait(&self, for_ever: bool) {
        assert_ne!(self.visits.fetch_add(1, Ordering::SeqCst), 0, "it hurts");
        self.running.fetch_add(1, Ordering::SeqCst);
        let _runs = Runs(&self.running);
        if for_ever {
            pending::<()>().await;
        }
    }
}

/// How a call comes to no end.
#[derive(Clone, Copy)]
enum Breaks {
    /// Its future is dropped.
    Off,
    /// Its caller panics, which drops its future.
    Down,
}

fn poll(call: Pin<&mut impl Future<Output = ()>>) -> Poll<()> {
    call.poll(&mut Context::from_waker(Waker::noop()))
}

/// Calls, and waits for it as long as it takes to see that it takes long.
fn call_and_break(hooks: &Waiting, breaks: Breaks) {
    let broken = catch_unwind(AssertUnwindSafe(|| {
        let mut call = pin!(hooks.wait(true));
        let _ = poll(call.as_mut());
        match breaks {
            Breaks::Off => {}
            // Without the panic hook, which would tell of each order.
            Breaks::Down => resume_unwind(Box::new("the caller")),
        }
    }));
    assert_eq!(broken.is_err(), matches!(breaks, Breaks::Down));
}

fn call(hooks: &Waiting) {
    assert!(poll(pin!(hooks.wait(false))).is_ready(), "it is well, or left out");
}

#[test]
fn a_probe_that_is_abandoned_leaves_its_place_to_the_next() {
    for breaks in [Breaks::Off, Breaks::Down] {
        in_many_orders(move || {
            let plugins = with_quarantine(1, u32::MAX);
            let patient = Patient::default();
            plugins.register(patient.clone()).unwrap();
            let steps = Steps(Arc::default());
            let guard = plugins.monitor(steps.clone());
            let hooks = plugins.hooks::<Waiting>();
            call(&hooks);
            assert!(plugins.plugins()[0].quarantined);

            let broken = [(); 2].map(|()| {
                let hooks = hooks.clone();
                thread::spawn(move || call_and_break(&hooks, breaks))
            });
            let whole = {
                let hooks = hooks.clone();
                thread::spawn(move || call(&hooks))
            };
            broken.into_iter().for_each(|thread| thread.join().unwrap());
            whole.join().unwrap();
            assert_eq!(patient.running.load(Ordering::SeqCst), 0, "nothing is left of them");
            let before = patient.visits.load(Ordering::SeqCst);
            call(&hooks);
            assert_eq!(patient.visits.load(Ordering::SeqCst), before + 1, "it is let in");
            assert!(!plugins.plugins()[0].quarantined, "and well");
            drop(guard);
            let steps = steps.all();
            let closed = steps.iter().filter(|step| **step == QuarantineStep::Closed).count();
            assert_eq!(closed, 1, "once: {steps:?}");
        });
    }
}
