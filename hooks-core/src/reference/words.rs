//! What pages of every form say of hooks in the same words.

use std::collections::HashMap;
use std::path::Path;

use super::{ArgumentReference, HookReference, Reference, SpecReference};
use crate::description::Passing;

/// What each spec is called in links, in the order of the specs; two of one name are told apart by
/// a number.
pub(super) fn names_of_specs(reference: &Reference) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let names = reference.specs.iter().map(|spec| {
        let count = seen.entry(spec.name.to_lowercase()).or_default();
        *count += 1;
        if *count == 1 { spec.name.clone() } else { format!("{}-{count}", spec.name) }
    });
    names.collect()
}

/// Every hook, with the number of its spec.
pub(super) fn hooks(reference: &Reference) -> impl Iterator<Item = (usize, &HookReference)> {
    let specs = reference.specs.iter().enumerate();
    specs.flat_map(|(number, spec)| spec.hooks.iter().map(move |hook| (number, hook)))
}

/// The hook to which a path in the documentation of a spec leads.
pub(super) fn hook_at<'s>(spec: &'s SpecReference, path: &str) -> Option<&'s HookReference> {
    let path = path.rsplit_once('@').map_or(path, |(_, path)| path);
    let path = path.trim_end_matches("()");
    let (of, name) = path.rsplit_once("::").unwrap_or(("Self", path));
    let of = of.rsplit("::").next().unwrap_or(of);
    spec.hook(name).filter(|_| of == "Self" || of == spec.name)
}

/// The hooks of a spec, those of one subject together: subjects in the order in which they come up,
/// and what has none at the end.
pub(super) fn by_subject(spec: &SpecReference) -> Vec<&HookReference> {
    let mut subjects = Vec::new();
    for subject in spec.hooks.iter().filter_map(|hook| hook.subject.as_ref()) {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    let mut hooks: Vec<_> = spec.hooks.iter().collect();
    hooks.sort_by_key(|hook| {
        let subject = hook.subject.as_ref();
        subject.map_or(subjects.len(), |subject| {
            subjects.iter().position(|other| *other == subject).unwrap_or(subjects.len())
        })
    });
    hooks
}

/// How an argument is passed.
pub(super) fn passed(argument: &ArgumentReference) -> &'static str {
    match argument.passing {
        Passing::Shared => "to be read",
        Passing::Mutable => "to be changed",
        Passing::Value if argument.flow => "from one to the next",
        Passing::Value => "a copy each",
    }
}

/// Where something is written, without what only one machine knows: a file outside of the
/// workspace is told from the folder of its package on.
pub(super) fn place(file: &str, package: &str) -> String {
    let path = Path::new(file);
    if !path.is_absolute() {
        return file.to_owned();
    }
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let of_package = |part: &str| {
        part.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let start = parts.iter().rposition(|part| of_package(part));
    parts[start.unwrap_or(parts.len() - 1)..].join("/")
}

/// `3 hooks`, `1 hook`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_outside_of_the_workspace_is_told_without_the_machine() {
        assert_eq!(
            place("kitchen-hooks/src/spec.rs", "kitchen-hooks"),
            "kitchen-hooks/src/spec.rs"
        );
        let of_a_registry = "/home/ann/.cargo/registry/src/index-1/kitchen-hooks-0.2.1/src/spec.rs";
        assert_eq!(place(of_a_registry, "kitchen-hooks"), "kitchen-hooks-0.2.1/src/spec.rs");
        assert_eq!(place("/home/ann/other/src/spec.rs", "kitchen-hooks"), "spec.rs");
    }
}
