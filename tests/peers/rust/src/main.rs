//! Measures one call of a hook with so many implementations, each of which adds a number.
//!
//! ```text
//! peers CONTESTANT IMPLEMENTATIONS BATCHES MILLISECONDS
//! ```
//!
//! Prints the nanoseconds per call of each batch, as a JSON array. `tests/peers/run` starts this
//! program, and the same in other languages, for one contestant at a time: so none has the memory
//! or the caches of another.

mod asynchronous;
mod by_hand;
mod hooks;
mod observers;
mod stopwatch;

use std::process::ExitCode;
use std::time::Duration;

use stopwatch::Stopwatch;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(figures) = measure(&arguments) else {
        eprintln!("expected CONTESTANT IMPLEMENTATIONS BATCHES MILLISECONDS, got {arguments:?}");
        return ExitCode::FAILURE;
    };
    println!("{figures:?}");
    ExitCode::SUCCESS
}

/// The nanoseconds per call of each batch, unless the arguments make no sense.
fn measure(arguments: &[String]) -> Option<Vec<f64>> {
    let [contestant, implementations, batches, milliseconds] = arguments else { return None };
    let count = implementations.parse().ok()?;
    let stopwatch = Stopwatch {
        sum: count * (count + 1) / 2,
        batches: batches.parse().ok()?,
        shortest: Duration::from_millis(milliseconds.parse().ok()?),
    };
    // Each implementation adds a number of its own, so that none can stand in for another. It adds
    // it to a total on the heap: on the stack, what lies beside the total would count too.
    let numbers = 1..=count;
    let call: Box<dyn FnMut() -> u64> = match contestant.as_str() {
        "by-hand-add" => Box::new(by_hand::add(numbers)),
        "by-hand-collect" => Box::new(by_hand::collect(numbers)),
        "hooks-add" => Box::new(hooks::add(hooks::live(numbers))),
        "hooks-add-frozen" => Box::new(hooks::add(hooks::live(numbers).frozen())),
        "hooks-collect" => Box::new(hooks::collect(hooks::live(numbers))),
        "hooks-collect-frozen" => Box::new(hooks::collect(hooks::live(numbers).frozen())),
        "async-trait" => Box::new(asynchronous::add(numbers)),
        "bevy-observers" => Box::new(observers::add(numbers)),
        _ => return None,
    };
    Some(stopwatch.measure(call))
}
