//! `#[hookspec]`: what rustdoc says of a spec and of its calls, beside what the author says.

use super::combining;
use super::written::written;
use crate::model::{Hook, Kind, Spec};

/// What ends the documentation of the struct: how its hooks are implemented and called. `None` if
/// there is no beginning: whether documentation may be missing is between its author and rustc.
pub(super) fn spec(spec: &Spec) -> Option<String> {
    let name = &spec.name;
    spec.attributes.iter().find(|attribute| attribute.path().is_ident("doc"))?;
    let rows = spec.hooks.iter().map(|hook| {
        let Hook { name, kind, .. } = hook;
        format!("| [`{name}`](Self::{name}()) | {} |\n", word(*kind))
    });
    let rows: String = rows.collect();
    Some(format!(
        "\n\n# The hooks\n\n\
         A plugin implements them in a block `impl {name} for ThePlugin` under `#[hookimpl]`, each \
         by a method of the same name that takes the arguments that it needs. The host calls them \
         by the methods of this struct, which it gets from `PluginManager::hooks::<{name}>()`.\n\n\
         | hook | kind |\n|---|---|\n{rows}"
    ))
}

/// What ends the documentation of a call: what it does with the implementations of its hook.
pub(super) fn call(hook: &Hook) -> String {
    let kind = word(hook.kind);
    let combining = combining::sentences(hook);
    let returns = hook
        .returns
        .written_type
        .as_ref()
        .map(|returns| format!(" An implementation returns `{}`.", written(returns)));
    let since = hook.since.as_ref().map(|since| format!(" Since {}.", since.value()));
    let errors = hook.stops.then_some(
        "\n\n# Errors\n\nThe failure that ended the call; what was answered before it is dropped.",
    );
    format!(
        "\n\n**{kind}**: {combining}{}{}{}",
        returns.unwrap_or_default(),
        since.unwrap_or_default(),
        errors.unwrap_or_default()
    )
}

/// The kind of a hook, as the reference says it.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Notify => "notify",
        Kind::Background => "background",
        Kind::Collect => "collect",
        Kind::FirstResult => "firstresult",
        Kind::Waterfall => "waterfall",
        Kind::Historic => "historic",
    }
}
