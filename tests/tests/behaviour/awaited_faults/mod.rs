//! Faults in hooks, however their implementations are run, and calls that are cancelled: whatever
//! a future does, whenever it does it, it harms nobody but itself.

mod calls;
mod cancelled;
mod elsewhere;
mod hosts;
mod table;
mod work;
mod wrappers;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use hooks_core::{Plugin, PluginMetadata};

/// Runs `call` where no time passes but that which is slept.
fn run<T>(call: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(call)
}

/// Polls a call so often, unless it is ready before, and returns whether it is.
fn is_ready_after<T>(call: &mut Pin<Box<impl Future<Output = T> + ?Sized>>, polls: usize) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).any(|_| call.as_mut().poll(&mut context).is_ready())
}

/// A plugin of the test that defines it.
struct Named<T>(T);

impl<T: Send + Sync + 'static> Plugin for Named<T> {
    const METADATA: PluginMetadata = PluginMetadata::new("named");
}
