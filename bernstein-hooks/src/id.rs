//! Names that must not be mixed up: of tasks, agents, roles and models.
//!
//! Each is text in a type of its own, so that the compiler refuses an agent where a task is meant.
//! Any text is a valid name; what makes sense as one is up to whoever gives it (the plan for roles
//! and models, the run for tasks and agents). Names travel in every event, so a clone shares the
//! text.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Defines a name: text in a type of its own, equal and ordered as text, serialised as text.
macro_rules! name {
    ($(#[$documentation:meta])* $name:ident, such as $example:literal) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(
            feature = "reference",
            derive(schemars::JsonSchema),
            schemars(example = Self::new($example))
        )]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name from its text.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text of the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl FromStr for $name {
            type Err = Infallible;

            fn from_str(text: &str) -> Result<Self, Infallible> {
                Ok(text.into())
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
    };
}

name! {
    /// The name of a task within a run, such as `t-001`. A retry keeps it.
    ///
    /// ```
    /// use bernstein_hooks::TaskId;
    ///
    /// let id = TaskId::new("t-001");
    /// assert_eq!(id, "t-001");
    /// assert_eq!(format!("{id:>7}"), "  t-001");
    /// ```
    TaskId, such as "t-001"
}

name! {
    /// The name of an agent within a run. Every attempt at a task has an agent of its own.
    AgentId, such as "t-001.1"
}

name! {
    /// What an agent is to be: `backend`, `qa`, `docs`, or whatever else the plan says.
    ///
    /// The default is `backend`, as in plans that do not say.
    Role, such as "backend"
}

name! {
    /// The language model that an agent is asked to use, in the words of its adapter.
    ModelId, such as "opus"
}

impl Default for Role {
    fn default() -> Self {
        Self::new("backend")
    }
}
