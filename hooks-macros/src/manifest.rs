//! Reads the `Cargo.toml` of the crate that is being compiled: what it depends on, under which
//! names, and when.
//!
//! Cargo has accepted the manifest before any macro runs, so what is odd in it is passed over
//! here and not complained about.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A `Cargo.toml`, with that of its workspace where it inherits from it.
pub(crate) struct Manifest {
    path: PathBuf,
    package: Table,
    workspace: Option<(PathBuf, Table)>,
}

/// A dependency as the manifest states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The name by which the crate knows it.
    pub(crate) key: String,
    /// The name of the package.
    pub(crate) package: String,
    pub(crate) optional: bool,
    /// The key of the `[target.…]` table in which it stands.
    pub(crate) target: Option<String>,
}

impl Dependency {
    /// The name of the crate in source code.
    pub(crate) fn crate_name(&self) -> String {
        self.key.replace('-', "_")
    }
}

impl Manifest {
    /// The manifest of the crate that is being compiled; `None` outside of Cargo.
    pub(crate) fn of_this_crate() -> Result<Option<Self>, String> {
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let path = std::env::var_os("CARGO_MANIFEST_PATH").map(PathBuf::from);
        match path.or_else(|| folder.map(|folder| folder.join("Cargo.toml"))) {
            Some(path) => Self::read(&path).map(Some),
            None => Ok(None),
        }
    }

    fn read(path: &Path) -> Result<Self, String> {
        let package = read_table(path)?;
        let workspace = workspace_of(path, &package)?;
        Ok(Self { path: path.to_owned(), package, workspace })
    }

    /// The name of the package.
    pub(crate) fn package_name(&self) -> Option<&str> {
        self.package.get("package")?.get("name")?.as_str()
    }

    /// The files that were read.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let workspace = self.workspace.iter().map(|(path, _)| &**path);
        std::iter::once(&*self.path).chain(workspace.filter(|path| *path != self.path))
    }

    /// The plugins that `[package.metadata.hooks]` lists by the names of their packages.
    pub(crate) fn listed_plugins(&self) -> Vec<String> {
        let listed = lookup(&self.package, &["package", "metadata", "hooks", "plugins"]);
        let listed = listed.and_then(Value::as_array).into_iter().flatten();
        listed.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// What is in `[dependencies]`, and in those of targets.
    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        self.section("dependencies")
    }

    /// What is in `[dev-dependencies]`, and in those of targets.
    pub(crate) fn dev_dependencies(&self) -> Vec<Dependency> {
        self.section("dev-dependencies")
    }

    fn section(&self, name: &str) -> Vec<Dependency> {
        let everywhere = self.package.get(name).map(|section| (None, section));
        let targets = self.package.get("target").and_then(Value::as_table).into_iter().flatten();
        let by_target =
            targets.filter_map(|(target, tables)| Some((Some(target.clone()), tables.get(name)?)));
        everywhere
            .into_iter()
            .chain(by_target)
            .filter_map(|(target, section)| Some((target, section.as_table()?)))
            .flat_map(|(target, section)| {
                section.iter().map(move |(key, value)| self.dependency(key, value, target.clone()))
            })
            .collect()
    }

    fn dependency(&self, key: &str, value: &Value, target: Option<String>) -> Dependency {
        let inherits = flag(value, "workspace");
        let inherited = inherits.then(|| self.workspace_dependency(key)).flatten();
        let package = value.get("package").or_else(|| inherited?.get("package"));
        Dependency {
            key: key.to_owned(),
            package: package.and_then(Value::as_str).unwrap_or(key).to_owned(),
            optional: flag(value, "optional"),
            target,
        }
    }

    fn workspace_dependency(&self, key: &str) -> Option<&Value> {
        lookup(&self.workspace.as_ref()?.1, &["workspace", "dependencies", key])
    }

    /// The features of which at least one turns an optional dependency on.
    pub(crate) fn features_with(&self, key: &str) -> Vec<String> {
        let explicit = format!("dep:{key}");
        let of_it = format!("{key}/");
        let features = self.package.get("features").and_then(Value::as_table);
        let features: Vec<(&String, Vec<&str>)> = features
            .into_iter()
            .flatten()
            .map(|(name, list)| {
                let list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
                (name, list.collect())
            })
            .collect();
        if !features.iter().any(|(_, list)| list.contains(&&*explicit)) {
            // Cargo makes a feature of that name, and turns it on whenever the dependency is.
            return vec![key.to_owned()];
        }
        let turns_on =
            |list: &[&str]| list.iter().any(|item| *item == explicit || item.starts_with(&of_it));
        features
            .into_iter()
            .filter(|(_, list)| turns_on(list))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// The manifest of the workspace, if `package` inherits anything from it.
fn workspace_of(path: &Path, package: &Table) -> Result<Option<(PathBuf, Table)>, String> {
    if package.contains_key("workspace") {
        return Ok(Some((path.to_owned(), package.clone())));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Some(root) = lookup(package, &["package", "workspace"]).and_then(Value::as_str) {
        let root = folder.join(root).join("Cargo.toml");
        let table = read_table(&root)?;
        return Ok(Some((root, table)));
    }
    for ancestor in folder.ancestors().skip(1) {
        let candidate = ancestor.join("Cargo.toml");
        if candidate.is_file()
            && let Ok(table) = read_table(&candidate)
            && table.contains_key("workspace")
        {
            return Ok(Some((candidate, table)));
        }
    }
    Ok(None)
}

fn read_table(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    text.parse().map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn lookup<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::{Dependency, Manifest};

    fn manifest(package: &str, workspace: &str) -> Manifest {
        Manifest {
            path: "member/Cargo.toml".into(),
            package: package.parse().unwrap(),
            workspace: Some(("Cargo.toml".into(), workspace.parse().unwrap())),
        }
    }

    fn dependency(key: &str, package: &str) -> Dependency {
        Dependency { key: key.into(), package: package.into(), optional: false, target: None }
    }

    #[test]
    fn a_renamed_dependency_keeps_the_name_of_its_package() {
        let manifest =
            manifest("[dependencies]\nslack = { package = \"p-slack\", version = \"1\" }", "");
        assert_eq!(manifest.dependencies(), [dependency("slack", "p-slack")]);
    }

    #[test]
    fn a_name_that_the_workspace_gives_is_inherited() {
        let manifest = manifest(
            "[dependencies]\nslack.workspace = true\nother.workspace = true",
            "[workspace.dependencies]\nslack = { package = \"p-slack\", path = \"x\" }\nother = \"1\"",
        );
        assert_eq!(
            manifest.dependencies(),
            [dependency("other", "other"), dependency("slack", "p-slack")]
        );
    }

    #[test]
    fn dependencies_of_a_target_carry_it() {
        let manifest = manifest("[target.'cfg(unix)'.dependencies]\np-a = \"1\"", "");
        let expected = Dependency { target: Some("cfg(unix)".into()), ..dependency("p-a", "p-a") };
        assert_eq!(manifest.dependencies(), [expected]);
    }

    #[test]
    fn dev_dependencies_are_apart() {
        let manifest = manifest("[dependencies]\na = \"1\"\n[dev-dependencies]\nb = \"1\"", "");
        assert_eq!(manifest.dependencies(), [dependency("a", "a")]);
        assert_eq!(manifest.dev_dependencies(), [dependency("b", "b")]);
    }

    #[test]
    fn an_optional_dependency_has_a_feature_of_its_own_name() {
        let manifest = manifest("[dependencies]\np-a = { version = \"1\", optional = true }", "");
        assert_eq!(manifest.features_with("p-a"), ["p-a"]);
    }

    #[test]
    fn an_optional_dependency_that_features_name_has_those_only() {
        let manifest = manifest(
            "[dependencies]\np-a = { version = \"1\", optional = true }\n\
             [features]\nchat = [\"dep:p-a\"]\nmore = [\"p-a/more\"]\nweak = [\"p-a?/more\"]\nnone = []",
            "",
        );
        assert_eq!(manifest.features_with("p-a"), ["chat", "more"]);
    }

    #[test]
    fn listed_plugins_are_read() {
        let manifest = manifest("[package.metadata.hooks]\nplugins = [\"odd-name\"]", "");
        assert_eq!(manifest.listed_plugins(), ["odd-name"]);
    }
}
