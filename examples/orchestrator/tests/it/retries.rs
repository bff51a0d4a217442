//! Another attempt after one in vain.

use bernstein_hooks::{AgentId, TaskErrorKind, TaskStatus, Usd};

use crate::recorder::Call;
use crate::stage::{Ended, Stage, one_step};

fn errors(ended: &Ended) -> Vec<(u32, bool)> {
    let error = |call: &Call| match call {
        Call::Failed(task, error) => Some((task.attempt, error.will_retry)),
        _ => None,
    };
    ended.calls.iter().filter_map(error).collect()
}

#[test]
fn a_retry_keeps_the_task_and_raises_the_attempt() {
    let ended = Stage::new(&one_step("title: Try, mock: [fail, crash]")).run();
    assert_eq!(errors(&ended), [(1, true), (2, true)]);
    let claims: Vec<(u32, &AgentId)> = ended
        .calls
        .iter()
        .filter_map(|call| {
            if let Call::Claimed(task, agent) = call { Some((task.attempt, agent)) } else { None }
        })
        .collect();
    assert_eq!(claims, [(1, &"t-001.1".into()), (2, &"t-001.2".into()), (3, &"t-001.3".into())]);
    assert_eq!(ended.statuses(), [TaskStatus::Done]);
}

#[test]
fn the_last_attempt_is_final() {
    let ended = Stage::new(&one_step("title: Try, mock: [fail, fail, fail]")).attempts(2).run();
    assert_eq!(errors(&ended), [(1, true), (2, false)]);
    assert_eq!(ended.statuses(), [TaskStatus::Failed]);
    assert_eq!(ended.only_task().attempts, 2);
}

#[test]
fn a_task_costs_what_all_its_attempts_cost() {
    let ended = Stage::new(&one_step("title: Try, mock: [fail]")).run();
    let Some(Call::Completed(_, result)) = ended.calls.last() else { panic!("completed") };
    // 1200 tokens at $3 a million and 300 at $15, twice.
    assert_eq!(result.cost, Usd::from_micros(2 * 8_100));
    assert_eq!(result.tokens.input, 2 * 1_200);
    assert_eq!(ended.report.state.budget().spent(), result.cost);
}

#[test]
fn an_agent_that_could_not_be_started_is_tried_again() {
    let mut stage = Stage::for_agent("true").attempts(3);
    let program = stage.folder.path().join("agent");
    std::fs::write(&program, "#!/nowhere/interpreter\n").expect("written");
    make_executable(&program);
    stage.config.adapters.insert("script".to_owned(), program.display().to_string());
    let ended = stage.run();
    assert_eq!(errors(&ended), [(1, true), (2, true), (3, false)]);
    let Some(Call::Failed(_, error)) = ended.calls.last() else { panic!("failed") };
    assert_eq!(error.kind, TaskErrorKind::SpawnFailed);
}

#[test]
fn an_agent_of_a_retry_is_told_what_went_wrong() {
    let mut stage = Stage::for_agent("").attempts(2);
    let script = r#"printf %s "$1" > prompt; exit 7"#;
    stage.config.adapters.insert("script".to_owned(), format!("sh -c '{script}' sh {{prompt}}"));
    let ended = stage.run();
    let prompt = std::fs::read_to_string(ended.work_file("prompt")).expect("written");
    assert_eq!(prompt, "Try\n\nAn earlier attempt failed:\n- the agent ended with exit code 7");
}

fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("allowed");
}
