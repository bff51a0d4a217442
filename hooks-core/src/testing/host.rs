//! The host of a test.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::expect::Expect;
use super::probe::{self, Probe, Silence};
use super::record::{Call, Record};
use crate::background::{Drained, Undelivered};
use crate::hook::{Hook, Mode};
use crate::manager::PluginManager;
use crate::monitor::MonitorGuard;
use crate::plugin::{Method, Plugin, Shared};
use crate::refusal::RegisterError;
use crate::report::Failure;
use crate::spec::Spec;
use crate::table::Table;

/// Far more than any delivery of a test takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A host for a test: a plugin manager, and a record of all that happens in it.
///
/// When it is dropped, it takes its plugins out, the newest first, and panics if one of them has
/// failed at any time and the test did not ask for it. See [`testing`](super).
///
/// ```
/// use hooks_core::{Plugin, hookimpl, hookspec, testing::Host};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Called when an order comes in.
///     fn on_order(&self, dish: &str) -> Result<(), String>;
/// }
///
/// #[derive(Default, Plugin)]
/// #[plugin(name = "waiter")]
/// struct Waiter;
///
/// #[hookimpl]
/// impl Kitchen for Waiter {
///     fn on_order(&self, dish: &str) -> Result<(), String> {
///         if dish.is_empty() { Err("no dish has no name".to_owned()) } else { Ok(()) }
///     }
/// }
///
/// let host = Host::of(Waiter);
/// let kitchen = host.hooks::<Kitchen>();
/// kitchen.on_order("soup");
/// kitchen.on_order("");
/// host.expect(&kitchen.on_order).called(2).ran(["waiter", "waiter"]);
/// let [failure] = &host.failures()[..] else { panic!("one failure") };
/// assert_eq!((failure.plugin(), failure.message()), ("waiter", "no dish has no name"));
/// ```
pub struct Host {
    plugins: PluginManager,
    record: Record,
    /// How many probes there are.
    probes: AtomicUsize,
    _monitor: MonitorGuard,
}

impl Host {
    /// A host without plugins.
    #[must_use]
    pub fn new() -> Self {
        Self::around(PluginManager::new())
    }

    /// A host with one plugin, under the name in its metadata.
    ///
    /// # Panics
    ///
    /// If the plugin is not registered: the message says why.
    #[must_use]
    #[track_caller]
    pub fn of<P: Plugin>(plugin: impl Shared<Plugin = P>) -> Self {
        Self::new().with(plugin)
    }

    /// A host with the plugins of a manager, such as one that has
    /// [discovered](PluginManager::discover) them. What happened in it before is not on record.
    /// They are taken out when the host is dropped.
    #[must_use]
    pub fn around(plugins: PluginManager) -> Self {
        let record = Record::default();
        let monitor = plugins.monitor(record.clone());
        Self { plugins, record, probes: AtomicUsize::new(0), _monitor: monitor }
    }

    /// The same, with another plugin, which is the newest.
    ///
    /// # Panics
    ///
    /// If the plugin is not registered: the message says why.
    #[must_use]
    #[track_caller]
    pub fn with<P: Plugin>(self, plugin: impl Shared<Plugin = P>) -> Self {
        self.with_as(P::METADATA.name, plugin)
    }

    /// The same, with another plugin under a name of the test's choice.
    ///
    /// # Panics
    ///
    /// If the plugin is not registered: the message says why.
    #[must_use]
    #[track_caller]
    pub fn with_as<P: Plugin>(self, name: &str, plugin: impl Shared<Plugin = P>) -> Self {
        must(self.plugins.register_as(name, plugin));
        self
    }

    /// The manager, for all that hosts do: to unregister, to block, to measure, to ask for the
    /// [call order](PluginManager::call_order).
    #[must_use]
    pub fn plugins(&self) -> &PluginManager {
        &self.plugins
    }

    /// The hooks of a spec, to be called.
    #[must_use]
    pub fn hooks<S: Spec>(&self) -> S {
        self.plugins.hooks()
    }

    /// Looks at the arguments of each call of a hook from now on, and keeps what `pick` takes of
    /// them. It is for calls that the test does not make itself: those of plugins, and of the code
    /// of a program.
    ///
    /// A probe stands before all that do not ask to stand before it, and has no answer of its own.
    /// It is in no record, but like a plugin in the lists of the manager. Of what runs in the
    /// background it sees the call.
    ///
    /// ```
    /// use hooks_core::{hookspec, testing::Host};
    ///
    /// #[hookspec]
    /// trait Kitchen {
    ///     /// Called when an order comes in.
    ///     fn on_order(&self, dish: &str, count: u32);
    /// }
    ///
    /// let host = Host::new();
    /// let kitchen = host.hooks::<Kitchen>();
    /// let orders = host.probe(&kitchen.on_order, |args| (args.dish.to_owned(), args.count));
    /// kitchen.on_order("soup", 2);
    /// assert_eq!(orders.take(), [("soup".to_owned(), 2)]);
    /// ```
    ///
    /// # Panics
    ///
    /// If the hook belongs to another host.
    #[track_caller]
    pub fn probe<H, T>(
        &self,
        hook: &Table<H>,
        pick: impl for<'call> Fn(&H::Args<'call>) -> T + Send + Sync + 'static,
    ) -> Probe<T>
    where
        H: Hook<Return: Silence>,
        T: Send + 'static,
    {
        self.check(hook);
        let probe = Probe::new();
        let show = probe.show();
        let run = <H::Mode as Mode<H>>::plain(move |args| {
            show(pick(args));
            H::Return::silence()
        });
        let name = probe::name(self.probes.fetch_add(1, Ordering::Relaxed));
        must(self.plugins.register_implementation(&name, hook, Method::here("probe"), run));
        probe
    }

    /// Waits until what is to be delivered in the background is. All other methods that tell of
    /// what happened do so too; it is for tests that look at what a plugin has done elsewhere.
    ///
    /// # Panics
    ///
    /// If a plugin has not got everything within a minute.
    #[track_caller]
    pub fn drain(&self) {
        if let Some(late) = late(&self.plugins.drain(PATIENCE)) {
            panic!("{late}");
        }
    }

    /// All calls since the host was made, in the order in which they began; what was delivered or
    /// replayed, in the order in which it ended.
    ///
    /// # Panics
    ///
    /// If a plugin has not got everything within a minute that was to be delivered to it.
    #[must_use]
    #[track_caller]
    pub fn calls(&self) -> Vec<Call> {
        self.drain();
        self.record.calls()
    }

    /// The calls of one hook so far, to say what is expected of them.
    ///
    /// # Panics
    ///
    /// If a plugin has not got everything within a minute that was to be delivered to it, or if the
    /// hook belongs to another host.
    #[must_use = "nothing is expected yet"]
    #[track_caller]
    pub fn expect<H: Hook>(&self, hook: &Table<H>) -> Expect<'_> {
        self.check(hook);
        self.drain();
        Expect::new(H::DESCRIPTION, &self.record)
    }

    /// Takes the failures that nobody has asked for so far, in the order in which they happened.
    /// The host does not panic for those.
    ///
    /// # Panics
    ///
    /// If a plugin has not got everything within a minute that was to be delivered to it.
    #[must_use]
    #[track_caller]
    pub fn failures(&self) -> Vec<Failure> {
        self.drain();
        self.record.take_failures(|_| true)
    }

    #[track_caller]
    fn check<H: Hook>(&self, hook: &Table<H>) {
        let is_ours = self.plugins.owns(hook);
        assert!(is_ours, "the hook `{}` belongs to another host", H::DESCRIPTION.name);
    }

    /// Takes the plugins out, the newest first, and says which of them panicked while they were
    /// dropped.
    fn dismiss(&self) -> Vec<String> {
        let names = self.plugins.names().into_iter().rev();
        let dismissed = names.filter_map(|name| {
            let panic = self.plugins.unregister(&name).ok()?.dispose().err()?;
            Some(format!("plugin `{name}`, while it was dropped: panicked: {panic}"))
        });
        dismissed.collect()
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

/// Tells of what went wrong and the test did not ask for.
impl Drop for Host {
    fn drop(&mut self) {
        let late = late(&self.plugins.drain(PATIENCE));
        let dropped = self.dismiss();
        let failed = self.record.take_failures(|_| true);
        let failed = failed.iter().map(ToString::to_string);
        let complaints: Vec<_> = failed.chain(dropped).chain(late).collect();
        if complaints.is_empty() {
            return;
        }
        let text = format!(
            "plugins failed, and the test did not ask for it by `Host::failures` or \
             `Expect::failed`:\n  {}",
            complaints.join("\n  ")
        );
        // A second panic would end the process, and with it the other tests.
        if thread::panicking() {
            eprintln!("{text}");
        } else {
            panic!("{text}");
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("plugins", &self.plugins.names()).finish_non_exhaustive()
    }
}

#[track_caller]
fn must(registered: Result<Arc<str>, RegisterError>) {
    if let Err(refusal) = registered {
        panic!("{refusal}");
    }
}

/// Which plugins have not got everything, if any.
fn late(drained: &Drained) -> Option<String> {
    let late = drained.late.iter().map(|Undelivered { plugin, deliveries, .. }| {
        format!("plugin `{plugin}` has not got {deliveries} deliveries within {PATIENCE:?}")
    });
    let late: Vec<_> = late.collect();
    (!late.is_empty()).then(|| late.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::{Drained, Undelivered, late};

    #[test]
    fn whoever_is_late_is_named_with_what_it_has_not_got() {
        let slow = |plugin: &str, deliveries| Undelivered { plugin: plugin.into(), deliveries };
        assert_eq!(late(&Drained::default()), None);
        assert_eq!(
            late(&Drained { late: vec![slow("one", 1), slow("two", 3)] }).as_deref(),
            Some(
                "plugin `one` has not got 1 deliveries within 60s\n  \
                 plugin `two` has not got 3 deliveries within 60s"
            )
        );
    }
}
