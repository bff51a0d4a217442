//! What a line of the journal says. Nothing here touches a file.

use bernstein_hooks::{
    AgentExit, AgentId, GateOutcome, ModelId, Role, Task, TaskError, TaskResult, Timestamp, Usd,
};
use serde::Serialize;

/// An event, under the name of its hook and with the names of the hook's arguments.
#[derive(Debug, Serialize)]
#[serde(tag = "event")]
pub(crate) enum Event<'a> {
    #[serde(rename = "on_task_created")]
    TaskCreated { task: &'a Task },
    #[serde(rename = "on_task_claimed")]
    TaskClaimed { task: &'a Task, agent_id: &'a AgentId },
    #[serde(rename = "on_agent_spawned")]
    AgentSpawned {
        agent_id: &'a AgentId,
        role: &'a Role,
        adapter: &'a str,
        model: Option<&'a ModelId>,
    },
    #[serde(rename = "on_agent_died")]
    AgentDied { agent_id: &'a AgentId, reason: &'a AgentExit },
    #[serde(rename = "on_quality_gate_failure")]
    QualityGateFailure { task: &'a Task, gate: &'a str, output: &'a GateOutcome },
    #[serde(rename = "on_task_completed")]
    TaskCompleted { task: &'a Task, result: &'a TaskResult },
    #[serde(rename = "on_task_failed")]
    TaskFailed { task: &'a Task, error: &'a TaskError },
    #[serde(rename = "on_cost_threshold")]
    CostThreshold { total: Usd, threshold: Usd },
}

/// An event with its place in the run.
#[derive(Serialize)]
struct Record<'a> {
    seq: u64,
    time: Timestamp,
    #[serde(flatten)]
    event: &'a Event<'a>,
}

/// The line of an event, with its end.
pub(crate) fn line(seq: u64, time: Timestamp, event: &Event<'_>) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Record { seq, time, event })?;
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(event: &Event<'_>) -> String {
        let time = "2025-11-20T04:24:09.5Z".parse().expect("a time");
        String::from_utf8(line(7, time, event).expect("a line")).expect("text")
    }

    #[test]
    fn a_line_begins_with_its_number_its_time_and_its_hook() {
        let agent = AgentId::new("t-001.1");
        let event = Event::AgentDied { agent_id: &agent, reason: &AgentExit::Code(3) };
        assert_eq!(
            written(&event),
            concat!(
                r#"{"seq":7,"time":"2025-11-20T04:24:09.5Z","event":"on_agent_died","#,
                r#""agent_id":"t-001.1","reason":{"code":3}}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_text_of_several_lines_stays_on_one() {
        let task = Task::new("t-001", "first\nsecond\r\n\u{2028}third");
        let line = written(&Event::TaskCreated { task: &task });
        assert_eq!(line.matches(['\n', '\r']).count(), 1);
        assert!(line.ends_with("}\n"), "{line}");
    }
}
