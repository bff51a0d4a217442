//! One message, one request.

use std::time::Duration;

use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body, Error, Proxy};

use crate::settings::Address;

/// The longest wait for a connection.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// The longest wait for an answer, connection included.
const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// The longest pause that an answer can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Posts to one incoming webhook.
pub(crate) struct Client {
    agent: Agent,
    address: Address,
}

/// Why a message was not accepted. Says nothing of where it went.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Follows "because".
    pub why: String,
    pub again: Again,
}

/// Whether to try again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Again {
    Never,
    Later,
    After(Duration),
}

impl Client {
    pub(crate) fn new(address: Address) -> Self {
        let proxy = if address.is_local() { None } else { Proxy::try_from_env() };
        let agent = Agent::config_builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .proxy(proxy)
            .timeout_connect(Some(LONGEST_CONNECT))
            .http_status_as_error(false)
            // A redirect would tell the address to somebody else.
            .max_redirects(0)
            // Messages are rare; a connection would be closed long before the next one.
            .max_idle_connections(0)
            .build()
            .new_agent();
        Self { agent, address }
    }

    /// Posts one message, in that time or less.
    pub(crate) fn post(&self, message: &str, time: Option<Duration>) -> Result<(), Refusal> {
        let time = time.map_or(LONGEST_REQUEST, |time| time.min(LONGEST_REQUEST));
        let answer = self
            .agent
            .post(self.address.uri())
            .config()
            .timeout_global(Some(time))
            .build()
            .header(header::CONTENT_TYPE, "application/json")
            .send(serde_json::json!({ "text": message }).to_string());
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Refusal::answered(&answer)),
            Err(error) => Err(Refusal::failed(&error)),
        }
    }
}

impl Refusal {
    fn answered(answer: &Response<Body>) -> Self {
        let status = answer.status();
        let again = match asked_pause(answer) {
            Some(pause) if status == StatusCode::TOO_MANY_REQUESTS => Again::After(pause),
            _ if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                Again::Later
            }
            _ => Again::Never,
        };
        Self { why: format!("the answer was {status}"), again }
    }

    /// Errors of ureq may print the address, so only what is known not to is printed.
    fn failed(error: &Error) -> Self {
        let why = match error {
            Error::Timeout(_) => "there was no answer in time".to_owned(),
            Error::Io(error) => format!("the connection failed: {}", error.kind()),
            Error::HostNotFound => "the host was not found".to_owned(),
            Error::Tls(_) | Error::Rustls(_) => "there was no secure connection".to_owned(),
            _ => "the request failed".to_owned(),
        };
        Self { why, again: Again::Later }
    }
}

/// The pause that the answer asks for, if it does so in seconds.
fn asked_pause(answer: &Response<Body>) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}
