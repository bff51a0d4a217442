//! The one place that catches a panic.
//!
//! Every implementation runs inside of a [`Fence`]. When it panics, the fence turns the panic
//! into a [`Panic`]: its message, its source location, its backtrace when backtraces are on. The
//! message and the location are known only to the panic hook of the process, so one such hook is
//! installed, once, chained to the one that was there before. It is quiet inside of a fence, on
//! the threads and for the time that it stands, and passes every other panic on.
//!
//! What the fence cannot hold: a process built with `panic = "abort"`, `abort` and `exit`, a
//! stack overflow, no memory left, a deadlock, a panic that leaves a destructor while another
//! panic unwinds, and one whose own message panics while it is formatted.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind};
use std::sync::{Arc, Once};

use crate::sync::thread_local;

/// A panic that the fence caught.
#[derive(Clone, Debug)]
pub struct Panic {
    message: Arc<str>,
    location: Option<Location>,
    backtrace: Option<Arc<Backtrace>>,
}

impl Panic {
    /// What the panic said; a fixed sentence where its payload is not text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it arose. `None` if it did not pass through the panic hook of the process: a
    /// resumed panic, or one after the host has put a hook of its own in place of ours.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// The backtrace, if `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` asks for backtraces. To print it
    /// takes milliseconds, to have it does not.
    #[must_use]
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.backtrace.as_deref()
    }
}

/// `message, at file:line:column`.
impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.location {
            Some(location) => write!(f, ", at {location}"),
            None => Ok(()),
        }
    }
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Location {
    /// The file, as the compiler was given it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// `file:line:column`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How many panics are kept that an implementation caught itself and may resume.
const MOST_CAPTURES: usize = 16;

/// What the panic hook saw of a panic that no fence has collected yet.
struct Capture {
    /// How many fences stood around the panic.
    depth: usize,
    message: Option<String>,
    location: Option<Location>,
    backtrace: Option<Arc<Backtrace>>,
}

/// The fences of one thread. Has no destructor, so it is there even while a thread ends.
struct Standing {
    /// How many fences stand.
    depth: Cell<usize>,
    /// How many captures wait in [`CAPTURES`]: spares a call without panics the look.
    captures: Cell<usize>,
}

thread_local! {
    static STANDING: Standing = const { Standing { depth: Cell::new(0), captures: Cell::new(0) } };
    /// A stack, because a destructor that runs while a panic unwinds may call hooks in which
    /// another implementation panics: the inner fence must not take the outer one's capture.
    static CAPTURES: RefCell<Vec<Capture>> = const { RefCell::new(Vec::new()) };
}

/// A fence around the implementations of one call, on one thread.
pub(crate) struct Fence {
    depth: usize,
    /// How many fences stood when the host made the call.
    outside: usize,
    /// A fence belongs to the thread whose depth it counts.
    not_send: PhantomData<*const ()>,
}

impl Fence {
    #[inline]
    pub(crate) fn raise() -> Self {
        let standing = STANDING.with(|standing| standing.depth.replace(standing.depth.get() + 1));
        Self { depth: standing + 1, outside: standing, not_send: PhantomData }
    }

    /// Raises another fence within the same call: what a wrapper caught itself before it called
    /// what is inside of it is to be left alone in there.
    pub(crate) fn within(&self) -> Self {
        let mut fence = Self::raise();
        fence.outside = self.outside;
        fence
    }

    /// Runs `inside`; what panics in there comes back as an `Err`.
    #[inline]
    pub(crate) fn run<T>(&self, inside: impl FnOnce() -> T) -> Result<T, Panic> {
        // Whatever state a panic leaves half-changed belongs to the plugin that panicked, or is
        // an argument that the host chose to hand out as `&mut`.
        catch_unwind(AssertUnwindSafe(inside)).map_err(|payload| self.collect(payload))
    }

    /// Forgets the panics that an implementation caught itself, so that a later one which resumes
    /// a panic is not taken for where they arose.
    #[inline]
    pub(crate) fn forget_caught(&self) {
        forget_caught_from(self.depth);
    }

    /// Runs the host's own code from within the fence: its panics are not ours to keep quiet.
    pub(crate) fn outside<T>(&self, host: impl FnOnce() -> T) -> T {
        struct Back(usize);
        impl Drop for Back {
            fn drop(&mut self) {
                STANDING.with(|standing| standing.depth.set(self.0));
            }
        }
        let _back = Back(self.depth);
        STANDING.with(|standing| standing.depth.set(self.outside));
        host()
    }

    /// Makes the record of a panic, of its payload and of what the panic hook saw.
    #[cold]
    fn collect(&self, payload: Box<dyn Any + Send>) -> Panic {
        let message = payload_text(&*payload).map(str::to_owned);
        let capture = CAPTURES.try_with(|captures| {
            let mut captures = captures.borrow_mut();
            // An implementation may itself have caught panics in the same fence, and may resume
            // one of them: the message tells which capture belongs to the payload.
            captures
                .iter()
                .rposition(|seen| seen.depth == self.depth && seen.message == message)
                .map(|position| captures.remove(position))
        });
        // After the search: the payload may panic in turn, and leave a capture of its own.
        discard(payload);
        sweep(self.depth);
        let (location, backtrace) = match capture {
            Ok(Some(capture)) => (capture.location, capture.backtrace),
            Ok(None) | Err(_) => (None, None),
        };
        let message = message.as_deref().unwrap_or("a panic whose payload is not text").into();
        Panic { message, location, backtrace }
    }
}

impl Drop for Fence {
    #[inline]
    fn drop(&mut self) {
        STANDING.with(|standing| standing.depth.set(self.depth - 1));
        self.forget_caught();
    }
}

/// A panic of the host on its way out through code of plugins: of its subscriber, for one. It is
/// nothing that a plugin may keep, or be blamed for.
#[derive(Default)]
pub(crate) struct Passage(Option<Box<dyn Any + Send>>);

impl Passage {
    /// Runs what a plugin calls and the host is part of.
    pub(crate) fn through<T>(&mut self, host: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(host)).unwrap_or_else(|payload| {
            self.0 = Some(payload);
            resume_unwind(Box::new("a panic of the host"))
        })
    }

    /// Lets the panic go on, if there was one, now that the plugin is behind it.
    pub(crate) fn resume(self) {
        if let Some(payload) = self.0 {
            resume_unwind(payload);
        }
    }
}

/// Forgets, inside of the innermost fence, the panics that an implementation caught itself.
#[inline]
pub(crate) fn forget_caught() {
    forget_caught_from(STANDING.with(|standing| standing.depth.get()));
}

#[inline]
fn forget_caught_from(depth: usize) {
    if STANDING.with(|standing| standing.captures.get()) != 0 {
        sweep(depth);
    }
}

/// Drops `value` inside of a fence of its own, and says if that panicked.
#[inline]
pub(crate) fn dispose<T>(value: T) -> Result<(), Panic> {
    if !std::mem::needs_drop::<T>() {
        return Ok(());
    }
    Fence::raise().run(|| drop(value))
}

/// Drops values, each inside of a fence of its own: if they were dropped together, the second one
/// that panics would end the process.
pub(crate) fn dispose_each<T>(values: Vec<T>) {
    for value in values {
        let _ = dispose(value);
    }
}

/// Runs what may run the host's own code, in a destructor: a panic of the host is heard, and ends
/// here, because one that leaves a destructor may end the process.
pub(crate) fn heard(host: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(host)) {
        discard(payload);
    }
}

/// Drops a payload, whose destructor may be as hostile as the code that threw it.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping the payload of the second panic could panic for ever; a leak is the price.
        std::mem::forget(second);
    }
}

/// The text of a payload, where it has one.
fn payload_text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(|text| &**text))
}

/// Forgets captures of panics that an implementation caught itself.
#[cold]
fn sweep(depth: usize) {
    // The error: this thread ends, and its captures are gone already.
    let _ = CAPTURES.try_with(|captures| keep_below(&mut captures.borrow_mut(), depth));
}

fn keep_below(captures: &mut Vec<Capture>, depth: usize) {
    captures.retain(|capture| capture.depth < depth);
    STANDING.with(|standing| standing.captures.set(captures.len()));
}

/// Puts our panic hook in front of the one that the process has. Does so once; may be called
/// often.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    // The hook of the process cannot be changed by a thread that panics. The next caller will.
    if std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !capture(info) {
                previous(info);
            }
        }));
    });
}

/// Keeps what there is to know of a panic inside of a fence. `false` if there is no fence.
fn capture(info: &PanicHookInfo<'_>) -> bool {
    let depth = STANDING.with(|standing| standing.depth.get());
    if depth == 0 {
        return false;
    }
    let backtrace = Backtrace::capture();
    let capture = Capture {
        depth,
        message: info.payload_as_str().map(str::to_owned),
        location: info.location().map(|location| Location {
            file: location.file().into(),
            line: location.line(),
            column: location.column(),
        }),
        backtrace: (backtrace.status() == BacktraceStatus::Captured).then(|| Arc::new(backtrace)),
    };
    // The error: this thread ends. The fence then does without location.
    let _ = CAPTURES.try_with(|captures| {
        let mut captures = captures.borrow_mut();
        // An implementation that catches panics in a loop does not fill the memory with them.
        let here = captures.iter().filter(|seen| seen.depth == depth).count();
        if here == MOST_CAPTURES
            && let Some(oldest) = captures.iter().position(|seen| seen.depth == depth)
        {
            captures.remove(oldest);
        }
        captures.push(capture);
        STANDING.with(|standing| standing.captures.set(captures.len()));
    });
    true
}
