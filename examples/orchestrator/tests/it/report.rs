//! The report of a run. What it looks like is tested in a browser, by `tests/browser/run`.

use std::fs;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{command, first_agent, one_step};

/// The page of a run of that plan.
#[track_caller]
fn page(plan: &str, code: i32) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output =
        command(folder.path(), plan).args(["--report", "report.html"]).output().expect("run");
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    fs::read_to_string(folder.path().join("report.html")).expect("a report")
}

#[test]
fn a_report_has_every_task_with_a_bar_and_a_row() {
    let page = page(
        "budget: $0.06
stages:
  - {name: first, steps: [{title: good}, {title: hopeless, mock: [crash, crash, crash]}]}
  - {name: second, depends_on: [first], steps: [{title: never begun}]}
",
        1,
    );
    for task in ["t-001", "t-002", "t-003"] {
        assert!(page.contains(&format!("data-task=\"{task}\"")), "{task}");
        assert!(page.contains(&format!("<tr id=\"{task}\">")), "{task}");
    }
    assert_eq!(page.matches("class=\"task\"").count(), 3);
    assert!(page.contains("1 of 3 tasks done"));
    let crossed = page.matches("<td>after ").count();
    assert_eq!((crossed, page.matches("<td>not crossed").count()), (1, 2), "of three thresholds");
    assert!(page.contains("chaos at on_task_created"), "before it was left out");
    assert!(page.contains("bernstein-plugin-chaos/src/lib.rs:"));
}

#[test]
fn a_report_tells_of_a_plugin_in_quarantine() {
    let page =
        page("stages:\n  - {name: only, steps: [{title: one}, {title: two}, {title: three}]}\n", 0);
    assert_eq!(page.matches("<title>in quarantine from ").count(), 1, "on the timeline");
    assert!(page.contains("<td>left out, to be tried after 30.0s</td>"));
    assert!(page.contains("</code>: chaos at on_"), "why");
}

#[test]
fn a_report_is_one_page_in_which_titles_are_text() {
    let page = page(&one_step("title: '<script>alert(1)</script><img src=//example.org/x>'"), 0);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=//example.org/x&gt;"));
    for foreign in ["<script", "<img", "src=\"", "href=\"http", "@import", "url(h"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_run_that_is_interrupted_leaves_a_report_that_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = command(folder.path(), &one_step("title: a, mock: [hang]"))
        .args(["--json", "--report", "report.html"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    first_agent(process.stdout.take().expect("piped"));
    assert!(!folder.path().join("report.html").exists());
    kill_process(Pid::from_child(&process), Signal::INT).expect("sent");
    assert_eq!(process.wait().expect("waited for").code(), Some(130));
    let page = fs::read_to_string(folder.path().join("report.html")).expect("a report");
    assert!(page.contains("the run was stopped by the operator"));
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--trace", "trace.json", "--report", "missing/report.html"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(stderr.contains("error: cannot write `missing/report.html`: "), "{stderr}");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("read").collect();
    assert_eq!(left.len(), 1, "the plan, and nothing of a trace: {left:?}");
}

#[test]
fn a_file_that_is_asked_for_twice_is_told_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = command(folder.path(), &one_step("title: a"))
        .args(["--trace", "out", "--report", "./out"])
        .output()
        .expect("run");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(stderr.contains("another file of this run is to stand there"), "{stderr}");
    assert!(!folder.path().join("run").exists());
}
