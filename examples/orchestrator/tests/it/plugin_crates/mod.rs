//! New plugin crates, and the lines by which hosts link them.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::stage::BERNSTEIN;

mod add;
mod linked;
mod new;

/// A folder outside of every workspace, with files in it.
struct Place {
    folder: TempDir,
}

/// What the binary answered.
struct Answer {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new<const N: usize>(files: [(&str, &str); N]) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder") };
        for (file, text) in files {
            place.write(file, text);
        }
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("a folder").join(path)
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }

    #[track_caller]
    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file")
    }

    /// Everything in it, in the order of the alphabet.
    fn files(&self) -> Vec<String> {
        let everything = self.path("**/*");
        let everything = glob::glob(everything.to_str().expect("text")).expect("a pattern");
        let root = self.path("");
        let files = everything.map(|path| path.expect("read")).filter(|path| path.is_file());
        files.map(|path| path.strip_prefix(&root).expect("in it").display().to_string()).collect()
    }

    /// The binary, with `plugins` and these arguments.
    fn plugins(&self, arguments: &[&str]) -> Answer {
        self.plugins_in("", arguments)
    }

    /// The same, in a folder of it.
    fn plugins_in(&self, folder: &str, arguments: &[&str]) -> Answer {
        bernstein(&self.path(folder), arguments)
    }
}

fn bernstein(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Answer {
    let mut command = Command::new(BERNSTEIN);
    let Output { status, stdout, stderr } =
        command.current_dir(folder).arg("plugins").args(arguments).output().expect("run");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Answer { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl Answer {
    #[track_caller]
    fn succeeded(self) -> String {
        assert_eq!((self.code, &*self.stderr), (Some(0), ""));
        self.stdout
    }

    #[track_caller]
    fn json(self) -> Value {
        serde_json::from_str(&self.succeeded()).expect("JSON")
    }

    /// What it refused, and why.
    #[track_caller]
    fn refused(self) -> String {
        assert_eq!((self.code, &*self.stdout), (Some(2), ""), "{}", self.stderr);
        self.stderr
    }
}
