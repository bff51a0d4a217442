//! From the descriptions and the tables to the reference.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::schemas::Schemas;
use super::{
    ArgumentReference, DeprecationReference, HookReference, ImplementationReference,
    PluginReference, Reference, SCHEMA, SpecReference, ValueReference, example, sample,
};
use crate::description::{ArgumentDescription, Deprecation, HookDescription, SpecDescription};
use crate::manager::{PluginInfo, PluginManager};
use crate::plugin::{Implementation, PluginMetadata};

/// What stands in the table of one hook, each with the reason why it stands where it does.
type Standing = Vec<(Implementation, String)>;

/// What stands in the tables of a spec, in the order of its hooks.
type Tables = HashMap<Identity, Vec<Standing>>;

/// What tells a spec from all others of the program: its module, its name and its line. Two may
/// stand in one module under one name, each in a function.
type Identity = (&'static str, &'static str, u32);

/// The versions of plugins, by the name under which each is registered.
type Versions = HashMap<Arc<str>, &'static str>;

pub(super) fn reference(plugins: &PluginManager) -> Reference {
    let infos = plugins.plugins();
    let versions =
        infos.iter().map(|info| (Arc::clone(&info.name), info.metadata.version)).collect();
    let mut tables = tables(plugins);
    let mut schemas = Schemas::new();
    let specs = SpecDescription::all().into_iter().map(|description| {
        let standing = tables.remove(&identity(description)).unwrap_or_default();
        spec(description, standing, &versions, &mut schemas)
    });
    let mut reference = Reference {
        schema: SCHEMA,
        specs: specs.collect(),
        plugins: infos.iter().map(plugin).collect(),
        definitions: schemas.definitions(),
    };
    give_examples(&mut reference);
    reference
}

/// Examples come last: they are made of the definitions, which are whole when all schemas are.
fn give_examples(reference: &mut Reference) {
    for hook in reference.specs.iter_mut().flat_map(|spec| &mut spec.hooks) {
        for value in std::iter::once(&mut hook.payload).chain(&mut hook.answer) {
            // `null` shows nothing, and is read again as no example.
            let example = example::of(&value.schema, &reference.definitions);
            value.example = example.filter(|example| !example.is_null());
        }
    }
}

fn identity(spec: &SpecDescription) -> Identity {
    (spec.module, spec.name, spec.line)
}

fn tables(plugins: &PluginManager) -> Tables {
    let mut all = Tables::new();
    plugins.specs().each(|spec, tables| {
        let standing = tables.iter().map(|table| table.implementations_with_reasons());
        all.insert(identity(spec), standing.collect());
    });
    all
}

fn spec(
    spec: &SpecDescription,
    standing: Vec<Standing>,
    versions: &Versions,
    schemas: &mut Schemas,
) -> SpecReference {
    let standing = standing.into_iter().chain(std::iter::repeat_with(Standing::new));
    let hooks = spec.hooks.iter().zip(standing);
    SpecReference {
        name: spec.name.to_owned(),
        documentation: spec.documentation.to_owned(),
        module: spec.module.to_owned(),
        package: spec.package.to_owned(),
        version: spec.version.to_owned(),
        file: spec.file.to_owned(),
        line: spec.line,
        hooks: hooks
            .map(|(described, standing)| hook(spec, described, standing, versions, schemas))
            .collect(),
    }
}

fn hook(
    spec: &SpecDescription,
    hook: &HookDescription,
    standing: Standing,
    versions: &Versions,
    schemas: &mut Schemas,
) -> HookReference {
    let output = if hook.output.is_empty() { "()" } else { hook.output };
    let timeout = hook.timeout.map(|timeout| timeout.as_nanos());
    HookReference {
        name: hook.name.to_owned(),
        subject: hook.subject.map(str::to_owned),
        signature: hook.signature.to_owned(),
        kind: hook.kind,
        mode: hook.mode,
        on_failure: hook.on_failure,
        timeout_nanoseconds: timeout.map(|time| time.try_into().unwrap_or(u64::MAX)),
        options: hook.options.to_owned(),
        documentation: hook.documentation.to_owned(),
        arguments: hook.arguments.iter().map(argument).collect(),
        returns: hook.returns.to_owned(),
        payload: value(schemas.payload(hook)),
        answer: schemas.answer(hook).map(value),
        output: output.to_owned(),
        combining: hook.combining.to_owned(),
        since: hook.since.map(str::to_owned),
        deprecated: hook.deprecated.map(deprecation),
        file: hook.file.to_owned(),
        line: hook.line,
        names: hook.names.iter().map(|name| (*name).to_owned()).collect(),
        sample: sample::sample(spec, hook),
        implementations: standing
            .into_iter()
            .map(|(standing, reason)| implementation(standing, reason, versions))
            .collect(),
    }
}

fn value(schema: Value) -> ValueReference {
    ValueReference { schema, example: None }
}

fn argument(argument: &ArgumentDescription) -> ArgumentReference {
    ArgumentReference {
        name: argument.name.to_owned(),
        written_type: argument.written_type.to_owned(),
        passing: argument.passing,
        flow: argument.flow,
        documentation: argument.documentation.to_owned(),
        deprecated: argument.deprecated.map(deprecation),
    }
}

fn deprecation(deprecation: Deprecation) -> DeprecationReference {
    let Deprecation { since, note, replacement } = deprecation;
    let [since, note, replacement] = [since, note, replacement].map(|text| text.map(str::to_owned));
    DeprecationReference { since, note, replacement }
}

fn implementation(
    implementation: Implementation,
    reason: String,
    versions: &Versions,
) -> ImplementationReference {
    let arguments = implementation.arguments;
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    ImplementationReference {
        plugin: implementation.plugin.to_string(),
        plugin_version: versions.get(&implementation.plugin).copied().and_then(said),
        method: implementation.method.into_owned(),
        role: implementation.role,
        band: implementation.band,
        reason,
        file: implementation.file.to_owned(),
        line: implementation.line,
        arguments: arguments.map(owned),
        is_async: implementation.is_async,
        background: implementation.background,
    }
}

fn plugin(info: &PluginInfo) -> PluginReference {
    let PluginMetadata { version, description, authors, repository, package, .. } = info.metadata;
    PluginReference {
        name: info.name.to_string(),
        version: said(version),
        description: said(description),
        authors: authors.split(':').filter_map(said).collect(),
        repository: said(repository),
        package: said(package),
    }
}

/// What a manifest says, if it says anything.
fn said(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
