//! A `Cargo.toml`: what it says, and what is added to it. Everything else in it stays as it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{Array, DocumentMut, Item, RawString, Table, TableLike, TomlError, Value};

use crate::artifact::{Artifact, ArtifactError};
use crate::source::Position;

/// The name of every manifest.
const FILE: &str = "Cargo.toml";

/// A `Cargo.toml`.
#[derive(Debug)]
pub(super) struct Manifest {
    path: PathBuf,
    document: DocumentMut,
    /// How its lines end, which the document does not remember.
    line_end: &'static str,
}

/// Why a `Cargo.toml` cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// There is none.
    #[error("there is no `{}`; name the folder of a package", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It is not TOML.
    #[error("{}:{position}: not valid TOML: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        position: Position,
        /// What the parser says.
        reason: String,
    },
    /// It is that of a workspace and of no package.
    #[error("`{}` is not the manifest of a package: it has no `[package]` with a `name`", path.display())]
    NoPackage {
        /// The file.
        path: PathBuf,
    },
    /// Something else stands where a table or a list has to be.
    #[error("`{key}` in `{}` is not a {expected}", path.display())]
    WrongType {
        /// The file.
        path: PathBuf,
        /// What stands there.
        key: String,
        /// What has to.
        expected: &'static str,
    },
    /// It is protected from being changed.
    #[error("`{}` is read-only; nothing was changed", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] ArtifactError),
}

impl Manifest {
    /// Reads the manifest at `path`: the file, or the one in that folder.
    pub(super) fn read(path: &Path) -> Result<Self, ManifestError> {
        let is_named = path.file_name().is_some_and(|name| name == FILE) && !path.is_dir();
        let path = if is_named { path.to_owned() } else { path.join(FILE) };
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                ManifestError::Missing { path: path.clone() }
            }
            _ => ManifestError::Unreadable { path: path.clone(), source },
        })?;
        match text.parse() {
            Ok(document) => {
                let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
                Ok(Self { path, document, line_end })
            }
            Err(error) => Err(syntax(path, &text, &error)),
        }
    }

    /// The manifests above `folder`, the nearest first, its own before them.
    pub(super) fn around(folder: &Path) -> impl Iterator<Item = Result<Self, ManifestError>> {
        let has_one = |folder: &&Path| folder.join(FILE).is_file();
        folder.ancestors().filter(has_one).map(Self::read)
    }

    /// The manifest of the workspace from which the package inherits.
    pub(super) fn workspace(&self) -> Result<Option<Self>, ManifestError> {
        for manifest in Self::around(&self.folder()?) {
            let manifest = manifest?;
            if manifest.get(&["workspace"]).is_some() {
                return Ok(Some(manifest));
            }
        }
        Ok(None)
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder in which it stands, without links and relative parts.
    pub(super) fn folder(&self) -> Result<PathBuf, ManifestError> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder
            .unwrap_or(Path::new("."))
            .canonicalize()
            .map_err(|source| ManifestError::Unreadable { path: self.path.clone(), source })
    }

    /// What stands there, key by key.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self.document.as_item(), |item, key| item.get(key))
    }

    /// The texts in the list that stands there.
    pub(super) fn texts(&self, keys: &[&str]) -> Vec<&str> {
        let list = self.get(keys).and_then(Item::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).collect()
    }

    /// The name of the package.
    pub(super) fn package(&self) -> Result<&str, ManifestError> {
        let name = self.get(&["package", "name"]).and_then(Item::as_str);
        name.ok_or_else(|| ManifestError::NoPackage { path: self.path.clone() })
    }

    /// How the package depends on that one, and under which key.
    pub(super) fn dependency(&self, package: &str) -> Option<(&str, &Item)> {
        let dependencies = self.get(&["dependencies"])?.as_table_like()?;
        dependencies.iter().find(|(key, item)| {
            item.get("package").and_then(Item::as_str).unwrap_or(key) == package
        })
    }

    /// The table that stands there, which is made if there is none.
    pub(super) fn table_mut(&mut self, keys: &[&str]) -> Result<&mut Item, ManifestError> {
        let mut item = self.document.as_item_mut();
        for (depth, key) in keys.iter().enumerate() {
            let is_last = depth + 1 == keys.len();
            let next = item.as_table_like_mut().map(|table| {
                table.entry(key).or_insert_with(|| {
                    let mut new = Table::new();
                    new.set_implicit(!is_last);
                    Item::Table(new)
                })
            });
            item = match next {
                Some(next) if next.is_table_like() => next,
                _ => {
                    let key = keys[..=depth].join(".");
                    let path = self.path.clone();
                    return Err(ManifestError::WrongType { path, key, expected: "table" });
                }
            };
        }
        Ok(item)
    }

    /// Adds a text to the end of the list of that name in that table.
    pub(super) fn push(
        &mut self,
        table: &[&str],
        key: &str,
        text: &str,
    ) -> Result<(), ManifestError> {
        let path = self.path.clone();
        let list = self
            .table_mut(table)?
            .as_table_like_mut()
            .and_then(|table: &mut dyn TableLike| {
                table.entry(key).or_insert(Array::new().into()).as_array_mut()
            })
            .ok_or_else(|| {
                let key = format!("{}.{key}", table.join("."));
                ManifestError::WrongType { path, key, expected: "list" }
            })?;
        push(list, text);
        Ok(())
    }

    /// The changed manifest, which takes the place of the file when it is kept.
    pub(super) fn draft(&self) -> Result<Artifact, ManifestError> {
        if fs::metadata(&self.path).is_ok_and(|metadata| metadata.permissions().readonly()) {
            return Err(ManifestError::ReadOnly { path: self.path.clone() });
        }
        let mut file = Artifact::begin(&self.path)?;
        let text = self.document.to_string().replace('\n', self.line_end);
        match file.write_all(text.as_bytes()) {
            Ok(()) => Ok(file),
            Err(source) => Err(file.fault(source).into()),
        }
    }
}

fn syntax(path: PathBuf, text: &str, error: &TomlError) -> ManifestError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let position = Position {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    };
    ManifestError::Syntax { path, position, reason: error.message().replace('\n', "; ") }
}

/// Adds a text to a list as its author would: in a line of its own where the last one has one, and
/// behind the comment of the last one.
fn push(list: &mut Array, text: &str) {
    let mut new = Value::from(text);
    let has_comma = list.trailing_comma();
    let mut tail = written(Some(list.trailing()));
    if let Some(last) = list.iter_mut().last() {
        let prefix = written(last.decor().prefix());
        let indent = prefix.rfind('\n').map_or(" ", |line| &prefix[line..]);
        if !has_comma {
            tail = written(last.decor().suffix());
            last.decor_mut().set_suffix("");
        }
        let (comment, end) = tail.split_at(tail.rfind('\n').unwrap_or(0));
        new.decor_mut().set_prefix(format!("{comment}{indent}"));
        match has_comma {
            true => list.set_trailing(end),
            false => new.decor_mut().set_suffix(end),
        }
    }
    list.push_formatted(new);
}

/// What stands around a value: space, line ends, comments.
fn written(around: Option<&RawString>) -> String {
    around.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    /// The list with `b` added to it.
    fn pushed(list: &str) -> String {
        let mut document: DocumentMut = format!("list = {list}\n").parse().expect("TOML");
        super::push(document["list"].as_array_mut().expect("a list"), "b");
        document.to_string().trim_end().replace("list = ", "")
    }

    #[test]
    fn a_list_on_one_line_stays_on_it() {
        assert_eq!(pushed("[]"), r#"["b"]"#);
        assert_eq!(pushed(r#"["a"]"#), r#"["a", "b"]"#);
        assert_eq!(pushed(r#"[ "a" ]"#), r#"[ "a", "b" ]"#);
        assert_eq!(pushed(r#"["a",]"#), r#"["a", "b",]"#);
    }

    #[test]
    fn a_list_of_lines_gets_a_line_and_each_comment_stays_with_its_own() {
        assert_eq!(pushed("[\n  \"a\"\n]"), "[\n  \"a\",\n  \"b\"\n]");
        assert_eq!(pushed("[\n  \"a\",\n]"), "[\n  \"a\",\n  \"b\",\n]");
        assert_eq!(
            pushed("[\n\t# first\n\t\"a\", # it\n]"),
            "[\n\t# first\n\t\"a\", # it\n\t\"b\",\n]"
        );
    }
}
