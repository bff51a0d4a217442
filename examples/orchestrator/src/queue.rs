//! Which task comes next: by priority, then in the order of the plan, once everything that it
//! depends on is done.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use bernstein_hooks::{Priority, Task, TaskId};

/// The tasks of a run that nobody works on yet.
#[derive(Debug)]
pub(crate) struct Queue {
    entries: Vec<Entry>,
    places: HashMap<TaskId, usize>,
    /// Open, and to be claimed as soon as there is room.
    ready: BTreeSet<(Priority, usize)>,
    /// Open, and to be claimed when the time has come.
    resting: BTreeSet<(Instant, usize)>,
}

#[derive(Debug)]
struct Entry {
    task: TaskId,
    priority: Priority,
    /// How many dependencies are not done.
    missing: usize,
    /// The tasks that depend on this one.
    dependants: Vec<usize>,
}

impl Queue {
    pub(crate) fn new(tasks: &[Task]) -> Self {
        let places: HashMap<TaskId, usize> =
            tasks.iter().enumerate().map(|(place, task)| (task.id.clone(), place)).collect();
        let mut entries: Vec<Entry> = tasks.iter().map(Entry::of).collect();
        for (place, task) in tasks.iter().enumerate() {
            for dependency in task.depends_on.iter().filter_map(|dependency| places.get(dependency))
            {
                entries[*dependency].dependants.push(place);
            }
        }
        Self { entries, places, ready: BTreeSet::new(), resting: BTreeSet::new() }
    }

    /// The tasks that depend on nothing.
    pub(crate) fn independent(&self) -> Vec<TaskId> {
        self.entries
            .iter()
            .filter(|entry| entry.missing == 0)
            .map(|entry| entry.task.clone())
            .collect()
    }

    /// Notes that a task is done, and gives those that waited for nothing else.
    pub(crate) fn done(&mut self, task: &TaskId) -> Vec<TaskId> {
        let mut freed = Vec::new();
        for dependant in self.entries[self.places[task]].dependants.clone() {
            let entry = &mut self.entries[dependant];
            entry.missing -= 1;
            if entry.missing == 0 {
                freed.push(entry.task.clone());
            }
        }
        freed
    }

    /// Every task that waits for this one, and for those, and so on; each after one that it depends
    /// on, and with that one.
    pub(crate) fn waiting_for(&self, task: &TaskId) -> Vec<(TaskId, TaskId)> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        let mut next = vec![self.places[task]];
        while let Some(place) = next.pop() {
            for &dependant in &self.entries[place].dependants {
                if seen.insert(dependant) {
                    found.push((
                        self.entries[dependant].task.clone(),
                        self.entries[place].task.clone(),
                    ));
                    next.push(dependant);
                }
            }
        }
        found
    }

    /// Puts an open task where it will be claimed from.
    pub(crate) fn push(&mut self, task: &TaskId) {
        let place = self.places[task];
        self.ready.insert((self.entries[place].priority, place));
    }

    /// Puts an open task aside until then.
    pub(crate) fn rest(&mut self, task: &TaskId, until: Instant) {
        self.resting.insert((until, self.places[task]));
    }

    /// Takes the task that is to be claimed next, if one can be.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<TaskId> {
        while let Some(&(until, place)) = self.resting.first().filter(|(until, _)| *until <= now) {
            self.resting.remove(&(until, place));
            self.ready.insert((self.entries[place].priority, place));
        }
        let (_, place) = self.ready.pop_first()?;
        Some(self.entries[place].task.clone())
    }

    /// Forgets every open task.
    pub(crate) fn clear(&mut self) {
        self.ready.clear();
        self.resting.clear();
    }

    /// True when no task is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.resting.is_empty()
    }

    /// When the next resting task can be claimed.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        self.resting.first().map(|(until, _)| *until)
    }
}

impl Entry {
    fn of(task: &Task) -> Self {
        Self {
            task: task.id.clone(),
            priority: task.priority,
            missing: task.depends_on.len(),
            dependants: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn task(id: &str, priority: Priority, depends_on: &[&str]) -> Task {
        Task::new(id, id).with_priority(priority).with_dependencies(depends_on.iter().copied())
    }

    fn names(tasks: &[TaskId]) -> Vec<&str> {
        tasks.iter().map(TaskId::as_str).collect()
    }

    #[test]
    fn tasks_come_by_priority_and_then_in_the_order_of_the_plan() {
        let tasks = [
            task("a", Priority::LOW, &[]),
            task("b", Priority::NORMAL, &[]),
            task("c", Priority::HIGH, &[]),
            task("d", Priority::NORMAL, &[]),
        ];
        let mut queue = Queue::new(&tasks);
        for id in ["d", "c", "b", "a"] {
            queue.push(&id.into());
        }
        let order: Vec<TaskId> = std::iter::from_fn(|| queue.pop(Instant::now())).collect();
        assert_eq!(names(&order), ["c", "b", "d", "a"]);
    }

    #[test]
    fn a_task_is_freed_by_the_last_of_its_dependencies() {
        let tasks = [
            task("a", Priority::NORMAL, &[]),
            task("b", Priority::NORMAL, &[]),
            task("c", Priority::NORMAL, &["a", "b"]),
        ];
        let mut queue = Queue::new(&tasks);
        assert_eq!(names(&queue.independent()), ["a", "b"]);
        assert_eq!(names(&queue.done(&"b".into())), [""; 0]);
        assert_eq!(names(&queue.done(&"a".into())), ["c"]);
    }

    #[test]
    fn all_that_waits_for_a_task_is_found_once() {
        let tasks = [
            task("a", Priority::NORMAL, &[]),
            task("b", Priority::NORMAL, &["a"]),
            task("c", Priority::NORMAL, &["a"]),
            task("d", Priority::NORMAL, &["b", "c"]),
            task("e", Priority::NORMAL, &[]),
        ];
        let mut waiting = Queue::new(&tasks).waiting_for(&"a".into());
        waiting.sort();
        let waiting: Vec<(&str, &str)> =
            waiting.iter().map(|(task, by)| (task.as_str(), by.as_str())).collect();
        assert_eq!(waiting, [("b", "a"), ("c", "a"), ("d", "c")]);
    }

    #[test]
    fn a_resting_task_comes_when_its_time_has_come() {
        let mut queue = Queue::new(&[task("a", Priority::NORMAL, &[])]);
        let now = Instant::now();
        let later = now + Duration::from_secs(5);
        queue.rest(&"a".into(), later);
        assert_eq!(queue.pop(now), None);
        assert_eq!(queue.next_wake(), Some(later));
        assert_eq!(queue.pop(later), Some("a".into()));
        assert_eq!(queue.next_wake(), None);
    }
}
