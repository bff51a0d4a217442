//! A workspace of its own, to be built and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Outside of this package's own sources: where tests may leave files.
const PLACE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/discovery");

/// The workspace that is tested.
pub(crate) fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// How a program is built.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// A workspace of its own.
pub(crate) struct Scratch {
    name: &'static str,
    root: PathBuf,
}

impl Scratch {
    /// The workspace of this name, which is that of its one program too.
    pub(crate) fn new(name: &'static str) -> Self {
        let root = Path::new(PLACE).join(name);
        fs::create_dir_all(&root).unwrap();
        // What this workspace has been built with is there without a network.
        fs::copy(workspace_root().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        Self { name, root }
    }

    /// Writes a file, unless it is there: what is not touched is not built again.
    pub(crate) fn file(self, path: impl AsRef<Path>, text: &str) -> Self {
        self.rewrite(path, text);
        self
    }

    /// Writes a file anew.
    pub(crate) fn rewrite(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.root.join(path);
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            return;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Builds the program.
    #[track_caller]
    pub(crate) fn build(&self, profile: Profile, features: &str) -> PathBuf {
        let (option, folder): (&[&str], _) = match profile {
            Profile::Debug => (&[], "debug"),
            Profile::Release => (&["--release"], "release"),
        };
        let output = self.cargo("build").args(option).args(["--features", features]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Path::new(PLACE).join("target").join(folder).join(self.name)
    }

    /// Builds the program and runs it; returns the lines that it prints.
    #[track_caller]
    pub(crate) fn run(&self, profile: Profile, features: &str, arguments: &[&str]) -> Vec<String> {
        run(&self.build(profile, features), arguments)
    }

    /// What the compiler says of the program, which must not compile.
    #[track_caller]
    pub(crate) fn refusal(&self) -> String {
        let output = self.cargo("check").output().unwrap();
        assert!(!output.status.success(), "it compiles");
        String::from_utf8(output.stderr).unwrap()
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args([command, "--offline", "--quiet", "--color", "never"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", Path::new(PLACE).join("target"))
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        cargo
    }
}

/// Runs a program; returns the lines that it prints.
#[track_caller]
pub(crate) fn run(program: &Path, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(program).args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert_eq!(stderr, "", "a plugin is not to be heard");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
