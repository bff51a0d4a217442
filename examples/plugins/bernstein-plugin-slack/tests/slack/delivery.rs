//! What arrives at a real server.

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::run::{LONG, MOST_WAITING, do_at_second_try, error, fail, hooks, task};
use crate::server::{Answer, OK, PATIENCE, Server};
use bernstein_hooks::{GateOutcome, GateVerdict, TaskError, TaskErrorKind, Usd};

#[test]
fn what_failed_for_good_is_posted_and_the_result_at_the_end() {
    let server = Server::start([]);
    let hooks = hooks(server.address(), LONG);
    do_at_second_try(&hooks, "t-001");
    hooks.on_task_created(&task("t-002"));
    let gate = GateOutcome::new("tests", GateVerdict::Fail).with_output("running", "1 failed");
    hooks.on_quality_gate_failure(&task("t-002"), "tests", &gate);
    hooks.on_task_failed(&task("t-002"), &error());
    hooks.on_cost_threshold(Usd::from_cents(501), Usd::from_cents(500));
    hooks.on_task_created(&task("t-003"));
    let cancelled = TaskError::new(TaskErrorKind::Cancelled, "the run was interrupted");
    hooks.on_task_failed(&task("t-003"), &cancelled);
    drop(hooks);

    assert_eq!(
        server.texts(),
        [
            ":x: t-002 Write the parser (run 20251120-042409) failed in attempt 1 of 3: \
             tests failed\ngate `tests` failed\n```1 failed```",
            ":moneybag: $5.01 spent (run 20251120-042409), \
             and so the threshold of $5.00 is crossed",
            ":x: Run 20251120-042409 has ended: 1 done, 1 failed, 1 stopped; cost at least $5.01",
        ]
    );
}

#[test]
fn a_message_is_a_post_of_json_to_the_address() {
    let server = Server::start([]);
    let hooks = hooks(server.address(), LONG);
    fail(&hooks, "\"<t-001>\"");
    let request = server.next();
    assert!(request.head.starts_with("POST /services/T0/B0/0a1b2c3d HTTP/1.1\r\n"));
    assert!(request.head.to_lowercase().contains("content-type: application/json\r\n"));
    assert!(request.text().starts_with(":x: \"&lt;t-001&gt;\" Write"), "{}", request.text());
}

#[test]
fn a_run_of_which_nothing_was_told_posts_nothing() {
    let server = Server::start([]);
    drop(hooks(server.address(), LONG));
    assert!(server.rest().is_empty());
}

#[test]
fn a_run_that_went_well_posts_one_message() {
    let server = Server::start([]);
    let hooks = hooks(server.address(), LONG);
    do_at_second_try(&hooks, "t-001");
    drop(hooks);
    let well = ":white_check_mark: Run 20251120-042409 has ended: 1 done; cost $0.04";
    assert_eq!(server.texts(), [well]);
}

#[test]
fn what_may_pass_is_tried_again_until_it_is_accepted() {
    let setbacks = [
        Answer::Status(500, ""),
        Answer::Status(503, ""),
        Answer::Status(429, ""),
        Answer::Status(429, "Retry-After: 1\r\n"),
        Answer::HangUp,
    ];
    for setback in setbacks {
        let server = Server::start([setback, OK]);
        let hooks = hooks(server.address(), LONG);
        fail(&hooks, "t-001");
        drop(hooks);
        let [first, second, last] = &*server.texts() else { panic!("three requests") };
        assert_eq!(first, second);
        assert!(last.contains("has ended"), "{last}");
    }
}

#[test]
fn after_three_tries_the_next_message_has_its_turn() {
    let server = Server::start([const { Answer::Status(500, "") }; 3]);
    let hooks = hooks(server.address(), LONG);
    fail(&hooks, "t-001");
    drop(hooks);
    let texts = server.texts();
    assert_eq!(texts.len(), 4);
    assert!(texts[..3].iter().all(|text| text.starts_with(":x: t-001")), "{texts:?}");
    assert!(texts[3].contains("has ended"), "{texts:?}");
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    for status in [302, 400, 403, 404, 410] {
        let elsewhere = Server::start([]);
        let location = format!("Location: {}\r\n", elsewhere.address());
        let server = Server::start([Answer::Status(status, location.leak()), OK]);
        let hooks = hooks(server.address(), LONG);
        fail(&hooks, "t-001");
        drop(hooks);
        assert_eq!(server.texts().len(), 2, "{status}");
        assert!(elsewhere.rest().is_empty(), "{status}");
    }
}

/// Lets a run come to its end, and fails if it does not.
fn ends(run: impl FnOnce() + Send + 'static) {
    let (sender, end) = channel();
    thread::spawn(move || {
        run();
        sender.send(()).expect("a test that waits");
    });
    end.recv_timeout(PATIENCE).expect("an end");
}

#[test]
fn a_server_that_never_answers_holds_up_neither_hooks_nor_the_end() {
    let server = Server::start(vec![Answer::Never; 100]);
    let hooks = hooks(server.address(), Duration::from_millis(300));
    fail(&hooks, "t-001");
    server.next();
    ends(move || {
        for _ in 0..100 {
            fail(&hooks, "t-002");
        }
    });
}

#[test]
fn nobody_listening_holds_up_neither_hooks_nor_the_end() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let hooks = hooks(&address, Duration::from_millis(300));
    ends(move || {
        for _ in 0..100 {
            fail(&hooks, "t-001");
        }
    });
}

#[test]
fn a_pause_that_outlasts_the_deadline_does_not_hold_up_the_end() {
    let server = Server::start([Answer::Status(429, "Retry-After: 100000000000\r\n")]);
    let hooks = hooks(server.address(), Duration::from_millis(300));
    fail(&hooks, "t-001");
    server.next();
    ends(move || drop(hooks));
    assert!(server.rest().is_empty());
}

#[test]
fn the_last_message_has_its_own_deadline() {
    let server = Server::start([OK, Answer::Status(429, "Retry-After: 100\r\n")]);
    let hooks = hooks(server.address(), Duration::from_secs(5));
    fail(&hooks, "t-001");
    ends(move || drop(hooks));
    let [_, last] = &*server.texts() else { panic!("two requests") };
    assert!(last.contains("has ended"), "{last}");
}

#[test]
fn the_host_can_tell_what_was_not_delivered() {
    let server = Server::start([Answer::Never]);
    let hooks = hooks(server.address(), Duration::ZERO);
    fail(&hooks, "t-001");
    server.next();
    fail(&hooks, "t-002");
    let drained = hooks.plugins.drain(Duration::ZERO);
    assert_eq!(drained.undelivered(), 2);
    assert_eq!(&*drained.late[0].plugin, "bernstein-plugin-slack");
}

#[test]
fn what_finds_the_queue_full_is_dropped_and_the_last_message_says_so() {
    let (go, signal) = channel();
    let server = Server::start([Answer::Once(Arc::new(Mutex::new(signal)))]);
    let hooks = hooks(server.address(), LONG);
    fail(&hooks, "t-000");
    server.next();
    for number in 1..=MOST_WAITING + 10 {
        fail(&hooks, &format!("t-{number:03}"));
    }
    drop(go);
    drop(hooks);

    let texts = server.texts();
    assert_eq!(texts.len(), 65);
    assert!(texts[0].starts_with(":x: t-001 "), "{}", texts[0]);
    assert!(texts[63].starts_with(":x: t-064 "), "{}", texts[63]);
    let expected = ":x: Run 20251120-042409 has ended: 0 done, 75 failed; cost at least $0.00\n\
                    10 messages before this one were dropped";
    assert_eq!(texts[64], expected);
}

#[test]
fn a_slow_server_is_told_the_result_rather_than_everything_before_it() {
    let server = Server::start(vec![Answer::Slowly(Duration::from_millis(100)); 100]);
    let hooks = hooks(server.address(), Duration::from_secs(6));
    for _ in 0..64 {
        fail(&hooks, "t-001");
    }
    drop(hooks);
    let texts = server.texts();
    let last = texts.last().expect("a message");
    assert!(last.contains("has ended: 0 done, 64 failed"), "{last}");
    assert!(last.contains("before this one were dropped"), "{last}");
}

#[test]
fn an_https_address_begins_with_a_tls_handshake() {
    use std::io::Read;

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("https://{}/", listener.local_addr().expect("an address"));
    let hooks = hooks(&address, Duration::ZERO);
    fail(&hooks, "t-001");
    let (mut connection, _) = listener.accept().expect("a connection");
    let mut beginning = [0; 2];
    connection.read_exact(&mut beginning).expect("two bytes");
    assert_eq!(beginning, [0x16, 0x03], "a handshake record of TLS");
    ends(move || drop(hooks));
}
