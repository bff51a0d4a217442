//! Where messages go, and how long the last one may take.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use thiserror::Error;
use ureq::http::Uri;

const WEBHOOK: &str = "BERNSTEIN_SLACK_WEBHOOK";
const DEADLINE: &str = "BERNSTEIN_SLACK_DEADLINE";

const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);
const LONGEST_DEADLINE: Duration = Duration::from_secs(3_600);

/// Where messages go, and how long the last one may take.
///
/// ```
/// use std::time::Duration;
///
/// use bernstein_plugin_slack::{Settings, Slack};
///
/// let settings = Settings::new("https://hooks.slack.com/services/T0/B0/0a1b2c3d")?
///     .with_deadline(Duration::from_secs(20));
/// assert!(!format!("{settings:?}").contains("0a1b2c3d"));
/// let plugin = Slack::with(settings);
/// # Ok::<(), bernstein_plugin_slack::SettingsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) address: Address,
    pub(crate) deadline: Duration,
}

impl Settings {
    /// Messages go to that incoming webhook; the last one, about the end of the run, may take 5
    /// seconds.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NoAddress`] or [`SettingsError::Insecure`] if messages cannot go there.
    pub fn new(address: &str) -> Result<Self, SettingsError> {
        Ok(Self { address: Address::parse(address)?, deadline: DEFAULT_DEADLINE })
    }

    /// The same, with another time for the last message; an hour at most.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline.min(LONGEST_DEADLINE);
        self
    }

    /// The settings in the environment that `read` looks into; `None` without an address.
    pub(crate) fn from_environment(
        read: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, SettingsError> {
        let value = |name| read(name).filter(|value| !value.is_empty());
        let Some(address) = value(WEBHOOK) else { return Ok(None) };
        let settings = Self::new(address.to_str().ok_or(SettingsError::NoAddress)?)?;
        match value(DEADLINE) {
            None => Ok(Some(settings)),
            Some(seconds) => {
                let seconds = seconds.to_str().and_then(|seconds| seconds.trim().parse().ok());
                let deadline = seconds.map(Duration::from_secs);
                match deadline.filter(|deadline| *deadline <= LONGEST_DEADLINE) {
                    Some(deadline) => Ok(Some(settings.with_deadline(deadline))),
                    None => Err(SettingsError::NoDeadline),
                }
            }
        }
    }
}

/// Why there are no settings. Says nothing of what was given, for that may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address of the webhook is none.
    #[error(
        "the Slack webhook ({WEBHOOK}) is not an address; \
         one looks like `https://hooks.slack.com/services/…`"
    )]
    NoAddress,
    /// The address of the webhook would be sent over the network in plain text.
    #[error(
        "the address of the Slack webhook ({WEBHOOK}) does not begin with `https://`; \
         it is a secret, so `http://` is for addresses of this machine only"
    )]
    Insecure,
    /// The deadline is not a number of seconds.
    #[error("the deadline for Slack ({DEADLINE}) is not a whole number of seconds from 0 to 3600")]
    NoDeadline,
}

/// The address of an incoming webhook. Never printed.
#[derive(Clone)]
pub(crate) struct Address {
    uri: Uri,
    is_local: bool,
}

impl Address {
    fn parse(text: &str) -> Result<Self, SettingsError> {
        let uri: Uri = text.trim().parse().map_err(|_| SettingsError::NoAddress)?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or(SettingsError::NoAddress)?;
        let is_local = is_local(host);
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_local => {}
            Some("http") => return Err(SettingsError::Insecure),
            _ => return Err(SettingsError::NoAddress),
        }
        Ok(Self { uri, is_local })
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Whether it is an address of this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.is_local
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(a secret)")
    }
}

fn is_local(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || number.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://hooks.slack.com/services/T0/B0/secret";

    fn read(address: &str, deadline: &str) -> Result<Option<Settings>, SettingsError> {
        Settings::from_environment(|name| match name {
            WEBHOOK => Some(address.into()),
            DEADLINE => Some(deadline.into()),
            other => panic!("{other} is not in the manual"),
        })
    }

    #[test]
    fn without_an_address_there_are_no_settings() {
        assert!(Settings::from_environment(|_| None).expect("no error").is_none());
        assert!(read("", "").expect("no error").is_none());
        assert!(read("", "nonsense that nobody will ever need").expect("no error").is_none());
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for good in [
            ADDRESS,
            " https://hooks.slack.com/services/T0/B0/secret\n",
            "https://[2001:db8::1]/x",
            "http://127.0.0.1:8080/x",
            "http://[::1]:8080/x",
            "http://localhost/x",
        ] {
            assert!(read(good, "").is_ok(), "{good}");
        }
        for insecure in ["http://hooks.slack.com/x", "http://10.0.0.1/x", "http://localhost.org/x"]
        {
            assert_eq!(read(insecure, "").expect_err(insecure), SettingsError::Insecure);
        }
        for bad in ["hooks.slack.com/x", "/x", "https://", "https:///x", "ftp://127.0.0.1/x", "a b"]
        {
            assert_eq!(read(bad, "").expect_err(bad), SettingsError::NoAddress);
        }
    }

    #[test]
    #[cfg(unix)]
    fn an_address_that_is_not_text_is_none() {
        use std::os::unix::ffi::OsStringExt;

        let read = |_: &str| Some(OsString::from_vec(b"https://\xff".to_vec()));
        let error = Settings::from_environment(read).expect_err("no address");
        assert_eq!(error, SettingsError::NoAddress);
    }

    #[test]
    fn a_deadline_is_a_number_of_seconds() {
        for (text, seconds) in [("", 5), ("0", 0), ("20", 20), (" 3600\n", 3_600)] {
            let settings = read(ADDRESS, text).expect(text).expect("settings");
            assert_eq!(settings.deadline, Duration::from_secs(seconds));
        }
        for bad in ["five", "-1", "0.5", "5s", "3601", "18446744073709551616"] {
            assert_eq!(read(ADDRESS, bad).expect_err(bad), SettingsError::NoDeadline);
        }
    }

    #[test]
    fn settings_do_not_print_the_address() {
        let settings = read(ADDRESS, "").expect("no error").expect("settings");
        let printed = format!("{settings:?} {settings:#?}");
        assert!(!printed.contains("slack.com") && !printed.contains("T0"), "{printed}");
    }
}
