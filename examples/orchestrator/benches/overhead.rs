//! What the orchestrator costs beside its agents: `cargo bench -p bernstein`.
//!
//! A plan of 300 tasks of the mock adapter runs with 8 agents at once. Then a bare loop starts the
//! same 300 processes, 8 at once, hands each its task and waits for it, and does nothing else. The
//! difference is what the orchestrator costs: its files, its gates, its state, its plugins. Both
//! are done several times in turn, and the median counts. At last it finds the plugins, as the
//! orchestrator does at its start.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bernstein as _;
use bernstein_hooks::{CompletionSignal, PluginManager, Task};
use tempfile::TempDir;

const BERNSTEIN: &str = env!("CARGO_BIN_EXE_bernstein");
const TASKS: usize = 300;
const AGENTS: usize = 8;
const ROUNDS: usize = 7;

fn main() {
    let mut runs = Vec::new();
    let mut loops = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let (time, peak) = orchestrated();
        runs.push(time);
        memory = memory.max(peak);
        loops.push(bare());
    }
    let (run, bare) = (median(runs), median(loops));
    let overhead = run.saturating_sub(bare).as_secs_f64() * 1_000.0 / TASKS as f64;
    println!("{TASKS} tasks, {AGENTS} agents at once, median of {ROUNDS} rounds");
    println!("orchestrated        {:>8.1} ms", run.as_secs_f64() * 1_000.0);
    println!("bare loop           {:>8.1} ms", bare.as_secs_f64() * 1_000.0);
    println!("overhead per task   {overhead:>8.3} ms");
    println!("peak memory         {:>8.1} MB", memory as f64 / 1_000.0);
    println!("discovery           {:>8.3} ms", discovery().as_secs_f64() * 1_000.0);
}

/// The time in which a host finds, makes and registers the plugins that are linked in.
fn discovery() -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        let plugins = PluginManager::discover().expect("the plugins have names of their own");
        let time = started.elapsed();
        assert!(!plugins.names().is_empty(), "plugins are linked in");
        time
    });
    median(times.collect())
}

/// The time of a whole run of the binary, and the most memory that it has used, in thousands of
/// bytes.
fn orchestrated() -> (Duration, u64) {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("plan.yaml"), plan()).expect("written");
    let started = Instant::now();
    let mut run = Command::new(BERNSTEIN)
        .current_dir(folder.path())
        .args(["run", "plan.yaml"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut peak = 0;
    let status = loop {
        peak = peak_memory(&run).unwrap_or(peak);
        match run.try_wait().expect("waited for") {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    assert!(status.success(), "the run failed");
    (started.elapsed(), peak)
}

fn plan() -> String {
    let steps: String = (0..TASKS)
        .map(|number| {
            let signal = format!("{{path_exists: out/{number}.txt}}");
            format!("      - {{title: Task {number}, completion_signals: [{signal}]}}\n")
        })
        .collect();
    format!("name: overhead\nmax_agents: {AGENTS}\nstages:\n  - name: all\n    steps:\n{steps}")
}

/// The most memory that the process has used so far; `None` once it has ended.
fn peak_memory(process: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1_024 / 1_000)
}

/// The time of the same processes without the orchestrator.
fn bare() -> Duration {
    let folder = TempDir::new().expect("a folder");
    let inputs: Vec<_> = (0..TASKS)
        .map(|number| {
            let signal = CompletionSignal::PathExists { path: format!("out/{number}.txt") };
            let task = Task::new(format!("t-{number}"), "Task").with_completion_signal(signal);
            let path = folder.path().join(format!("{number}.json"));
            fs::write(&path, serde_json::to_vec(&task).expect("JSON")).expect("written");
            path
        })
        .collect();
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..AGENTS {
            scope.spawn(|| {
                while let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run_agent(folder.path(), input);
                }
            });
        }
    });
    started.elapsed()
}

fn run_agent(folder: &Path, input: &Path) {
    let status = Command::new(BERNSTEIN)
        .arg("mock-agent")
        .current_dir(folder)
        .env_clear()
        .stdin(File::open(input).expect("opened"))
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("started").success(), "an agent failed");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
