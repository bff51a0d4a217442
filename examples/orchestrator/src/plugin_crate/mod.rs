//! For those who write plugins: a new crate, and the line by which a host links it.
//!
//! ```text
//! name ──► framework, workspace ──► template ──► draft        a new crate
//! manifest ──► host ──► add                                   its line in the host
//! ```

// What a plugin may be called,
mod name;
// and what is read of a package and of a workspace.
mod manifest;
mod workspace;

// A new crate: what it depends on, what is in it,
mod framework;
mod template;
// a folder that appears whole or not at all,
mod draft;
// and all of it together.
mod create;

// A line in a host: which one,
mod host;
// and where in its manifest.
mod add;

pub use add::{AddError, Added, add};
pub use create::{CreateError, Created, Membership, create};
pub use draft::DraftError;
pub use host::HostError;
pub use manifest::ManifestError;
pub use name::{NameError, PluginName};

/// How the name of a package begins that hosts link as a plugin.
pub const PREFIX: &str = "bernstein-plugin-";

/// The package that every plugin depends on, and every host.
const FRAMEWORK: &str = "bernstein-hooks";
