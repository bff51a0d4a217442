//! A web server on this machine that answers as it is told to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// How long a test waits for what has to come before it gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Answers with that status and those lines of header.
    Status(u16, &'static str),
    /// Answers well after that time.
    Slowly(Duration),
    /// Answers well when the sender is dropped.
    Once(Arc<Mutex<Receiver<()>>>),
    /// Never answers.
    Never,
    /// Closes the connection without an answer.
    HangUp,
}

pub(crate) const OK: Answer = Answer::Status(200, "");

/// A server that answers the first requests with the answers given, and all others well.
pub(crate) struct Server {
    address: String,
    requests: Receiver<Request>,
}

/// A request as it came.
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// The text of the message.
    pub(crate) fn text(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).expect("a body of JSON");
        body["text"].as_str().expect("a text").to_owned()
    }
}

impl Server {
    pub(crate) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mut answers = answers.into_iter().collect::<Vec<_>>().into_iter();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let answer = answers.next().unwrap_or(OK);
                let sender = sender.clone();
                thread::spawn(move || serve(&connection.expect("a connection"), &answer, &sender));
            }
        });
        Self { address: format!("http://127.0.0.1:{port}/services/T0/B0/0a1b2c3d"), requests }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The next request.
    pub(crate) fn next(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).expect("a request")
    }

    /// The requests that have come and were not asked for.
    pub(crate) fn rest(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }

    /// The texts of [`rest`](Self::rest).
    pub(crate) fn texts(&self) -> Vec<String> {
        self.rest().iter().map(Request::text).collect()
    }
}

/// Tells of the request before it answers, so that a client that has its answer finds it told.
fn serve(mut connection: &TcpStream, answer: &Answer, requests: &Sender<Request>) {
    // The test may be over, and the client gone.
    let Ok(request) = read(connection) else { return };
    let _ = requests.send(request);
    let (status, header) = match answer {
        Answer::Status(status, header) => (*status, *header),
        Answer::Slowly(time) => {
            thread::sleep(*time);
            (200, "")
        }
        Answer::Once(signal) => {
            let _ = signal.lock().expect("a signal").recv();
            (200, "")
        }
        Answer::Never => loop {
            thread::park();
        },
        Answer::HangUp => return,
    };
    let _ = write!(
        connection,
        "HTTP/1.1 {status} Some words\r\n{header}Content-Length: 2\r\nConnection: close\r\n\r\nok"
    );
}

fn read(connection: &TcpStream) -> io::Result<Request> {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.expect("a length")];
    reader.read_exact(&mut body)?;
    Ok(Request { head, body: String::from_utf8(body).expect("text") })
}
