//! `bernstein plugins`

pub(super) mod add;
pub(super) mod list;
pub(super) mod new;

use std::ffi::OsStr;
use std::path::Path;

/// This program as the operator called it, so that a command to copy works where it is read.
fn program() -> String {
    std::env::args_os().next().map_or_else(|| "bernstein".to_owned(), |name| shell_word(&name))
}

/// A path as an argument on a command line.
fn shell_path(path: &Path) -> String {
    let folder = std::env::current_dir().ok();
    let inside = folder.as_deref().and_then(|folder| path.strip_prefix(folder).ok());
    match inside.unwrap_or(path) {
        empty if empty.as_os_str().is_empty() => ".".to_owned(),
        path => shell_word(path.as_os_str()),
    }
}

fn shell_word(word: &OsStr) -> String {
    shell_words::quote(&word.to_string_lossy()).into_owned()
}
