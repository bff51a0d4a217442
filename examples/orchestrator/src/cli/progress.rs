//! Progress for people: bars at the end of a terminal; elsewhere a line for whatever comes to an end.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bernstein_hooks::{AgentId, TaskId};
use indicatif::{ProgressBar, ProgressStyle};

use super::screen::Screen;
use super::table::{counted, one_line};
use crate::event::Event;
use crate::observer::Observer;
use crate::state::{IllegalEvent, Outcome, State};

/// How often the bars are drawn when nothing happens.
const TICK: Duration = Duration::from_millis(100);

/// Shows a run on the screen.
pub(super) struct Progress {
    screen: Screen,
    whole: ProgressBar,
    agents: HashMap<TaskId, ProgressBar>,
    ticker: Option<Ticker>,
}

impl Progress {
    /// Shows a run of that many tasks.
    pub(super) fn on(screen: Screen, tasks: usize) -> Self {
        let whole = screen.bars().add(ProgressBar::new(tasks as u64));
        whole.set_style(style("{elapsed:>4} {pos}/{len} tasks  {msg}  {wide_bar}"));
        let ticker = screen.has_bars().then(|| Ticker::start(screen.clone(), whole.clone()));
        Self { screen, whole, agents: HashMap::new(), ticker }
    }

    fn show_agent(
        &mut self,
        agent: &AgentId,
        task: &TaskId,
        state: &State,
    ) -> Result<(), IllegalEvent> {
        let bar = self.screen.bars().insert_before(&self.whole, ProgressBar::new_spinner());
        bar.set_style(style("     {prefix} {wide_msg}"));
        bar.set_prefix(agent.to_string());
        bar.set_message(one_line(&state.record(task)?.task.title));
        self.agents.insert(task.clone(), bar);
        Ok(())
    }

    fn forget_agent(&mut self, task: &TaskId) {
        if let Some(bar) = self.agents.remove(task) {
            self.screen.bars().remove(&bar);
        }
    }

    /// Says how a task, or an attempt at it, has ended.
    fn tell(&mut self, word: &str, task: &TaskId, state: &State) -> Result<(), IllegalEvent> {
        let ended = state.records().iter().filter(|record| record.task.status.is_final()).count();
        self.whole.set_position(ended as u64);
        if self.screen.has_bars() {
            return Ok(());
        }
        let record = state.record(task)?;
        let number = format!("{ended}/{}", state.records().len());
        let title = one_line(&record.task.title);
        let why = match &record.outcome {
            Some(Outcome::Completed(_)) | None => String::new(),
            Some(outcome) => format!(": {}", one_line(&outcome.to_string())),
        };
        let line = format!("{number:>9}  {word:<9}  {task}  {title}{why}\n");
        self.screen.print(line.as_bytes());
        Ok(())
    }

    fn show(&mut self, event: &Event, state: &State) -> Result<(), IllegalEvent> {
        match event {
            Event::AgentSpawned { agent, task, .. } => self.show_agent(agent, task, state)?,
            Event::TaskCompleted { task, .. } => {
                self.forget_agent(task);
                self.tell("done", task, state)?;
            }
            Event::TaskFailed { task, error } => {
                self.forget_agent(task);
                let status = state.record(task)?.task.status;
                self.tell(if error.will_retry { "retry" } else { status.as_str() }, task, state)?;
            }
            Event::TaskBlocked { task, .. } => self.tell("blocked", task, state)?,
            Event::TaskCancelled { task } => self.tell("cancelled", task, state)?,
            _ => {}
        }
        let budget = state.budget();
        let limit = budget.limit().map(|limit| format!(" of {limit}")).unwrap_or_default();
        let agents = counted(state.running_agents(), "agent");
        self.whole.set_message(format!("{agents}  {}{limit}", budget.spent()));
        Ok(())
    }
}

impl Observer for Progress {
    fn make_room(&mut self, plugins_speak: &mut dyn FnMut()) {
        self.screen.make_room(plugins_speak);
    }

    fn saw(&mut self, event: &Event, state: &State) {
        // What has happened is legal, so its task is there.
        let _ = self.show(event, state);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.ticker.take());
        self.whole.finish_and_clear();
    }
}

/// Draws the bars when nothing happens, so that time is seen to pass.
struct Ticker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(screen: Screen, bar: ProgressBar) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                if !screen.has_made_room() {
                    bar.tick();
                }
                thread::park_timeout(TICK);
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates in this file are valid")
}
