//! What an implementation of a hook has to import in order to write the signature down.

use std::collections::BTreeSet;

use syn::Path;
use syn::visit_mut::{self, VisitMut};

use crate::model::Hook;

/// What is there without an import: primitive types, and what the prelude has that stands in types.
const THERE: [&str; 54] = [
    "Self",
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "Option",
    "Result",
    "Vec",
    "String",
    "Box",
    "Send",
    "Sync",
    "Sized",
    "Copy",
    "Clone",
    "Drop",
    "Unpin",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryInto",
    "TryFrom",
    "ToOwned",
    "ToString",
    "Iterator",
    "IntoIterator",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Extend",
    "FromIterator",
    "Future",
    "IntoFuture",
    "Fn",
    "FnMut",
    "FnOnce",
];

/// The names, in alphabetical order. What is written as a path of several names needs no import.
pub(super) fn imports(hook: &Hook) -> BTreeSet<String> {
    let mut names = Names::default();
    let arguments = hook.arguments.iter().map(|argument| &argument.written_type);
    for written in arguments.chain(&hook.returns.written_type) {
        names.visit_type_mut(&mut written.clone());
    }
    names.0
}

#[derive(Default)]
struct Names(BTreeSet<String>);

impl VisitMut for Names {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.leading_colon.is_none() && path.segments.len() == 1 {
            let name = path.segments[0].ident.to_string();
            if !THERE.contains(&&*name) {
                self.0.insert(name);
            }
        }
        visit_mut::visit_path_mut(self, path);
    }
}
