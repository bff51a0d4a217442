//! Tests of what a whole process has only one of: the panic hook, the environment, its end.

use std::env;
use std::process::Command;

/// Set in the processes that tests start.
const MARK: &str = "HOOKS_TESTS_CHILD";

/// How a process of a test ended.
pub(crate) struct Child {
    pub(crate) succeeded: bool,
    pub(crate) stderr: String,
}

/// Runs `body` in a process of its own: this test program, which runs nothing but `test`, the
/// test that calls this. There it runs `body` and returns `None`.
pub(crate) fn in_a_process_of_its_own(
    test: &str,
    environment: &[(&str, &str)],
    body: impl FnOnce(),
) -> Option<Child> {
    if env::var_os(MARK).is_some() {
        body();
        return None;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(MARK, "1")
        .env_remove("RUST_LIB_BACKTRACE")
        .env("RUST_BACKTRACE", "0")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("running 1 test"), "there is no test `{test}`:\n{stdout}");
    Some(Child {
        succeeded: output.status.success(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
