//! Which task starts when.

use bernstein_hooks::TaskStatus::{Blocked, Done, Failed};

use crate::recorder::Call;
use crate::stage::{Ended, Stage};

/// The titles of the tasks in the order of that kind of call.
fn titles<'a>(ended: &'a Ended, hook: &str) -> Vec<&'a str> {
    let calls = ended.calls.iter().filter(|call| call.hook() == hook);
    calls.filter_map(|call| call.task().map(|task| task.title.as_str())).collect()
}

#[test]
fn tasks_start_by_priority_and_then_in_the_order_of_the_plan() {
    let ended = Stage::new(
        "max_agents: 1
stages:
  - name: all
    steps:
      - {title: c, priority: 3}
      - {title: b1, priority: p2}
      - {title: a, priority: p0}
      - {title: b2}
",
    )
    .run();
    assert_eq!(titles(&ended, "on_task_claimed"), ["a", "b1", "b2", "c"]);
}

#[test]
fn no_more_agents_run_at_once_than_may() {
    let steps: String = (0..6).map(|number| format!("      - {{title: t{number}}}\n")).collect();
    let mut stage =
        Stage::new(&format!("max_agents: 2\nstages:\n  - name: all\n    steps:\n{steps}"));
    let script = "mkdir agent.$$; ls -d agent.* | wc -l >> counts; sleep 0.05; rmdir agent.$$";
    stage.config.adapters.insert("script".to_owned(), crate::stage::shell(script));
    stage.settings.adapter = Some("script".to_owned());
    let ended = stage.run();
    assert!(ended.report.is_success());
    let counts = std::fs::read_to_string(ended.work_file("counts")).expect("written");
    let counts: Vec<u32> =
        counts.lines().map(|line| line.trim().parse().expect("a number")).collect();
    assert_eq!(counts.len(), 6);
    assert!(counts.iter().all(|count| *count <= 2), "{counts:?}");
    assert!(counts.contains(&2), "two did run at once: {counts:?}");
}

#[test]
fn a_task_opens_when_all_that_it_depends_on_is_done() {
    let ended = Stage::new(
        "stages:
  - {name: last, depends_on: [first, second], steps: [{title: c}]}
  - {name: first, steps: [{title: a, mock: [fail]}]}
  - {name: second, steps: [{title: b, mock: [slow]}]}
",
    )
    .run();
    assert!(ended.report.is_success());
    let opened = ended
        .calls
        .iter()
        .position(|call| matches!(call, Call::Created(task) if task.title == "c"));
    let done: Vec<&str> = ended.calls[..opened.expect("opened")]
        .iter()
        .filter_map(|call| {
            if let Call::Completed(task, _) = call { Some(task.title.as_str()) } else { None }
        })
        .collect();
    assert_eq!(done.len(), 2, "{done:?}");
}

#[test]
fn what_depends_on_a_failed_task_is_blocked_and_the_rest_goes_on() {
    let ended = Stage::new(
        "stages:
  - {name: first, steps: [{title: a, mock: [fail, fail]}, {title: b}]}
  - {name: second, depends_on: [first], steps: [{title: c}]}
  - {name: third, depends_on: [second], steps: [{title: d}]}
  - {name: other, steps: [{title: e}]}
",
    )
    .attempts(2)
    .run();
    assert_eq!(ended.statuses(), [Failed, Done, Blocked, Blocked, Done]);
    assert!(!ended.report.is_success());
    assert!(!titles(&ended, "on_task_created").contains(&"c"), "a blocked task never opens");
}
