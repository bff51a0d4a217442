//! A plugin that implements one hook and does nothing: what its author begins with.

use crate::description::{ArgumentDescription, HookDescription, SpecDescription};

/// By convention, the name of a package ends so if all of `hooks_core` is found at the root of its
/// library.
const SPEC_PACKAGE_SUFFIX: &str = "-hooks";

/// What a line may be long, as rustfmt has it.
const WIDTH: usize = 100;

/// The text of the plugin.
pub(super) fn sample(spec: &SpecDescription, hook: &HookDescription) -> String {
    let imports = imports(spec, hook);
    let head = head(hook);
    let body = body(hook);
    let (spec, hook) = (spec.name, hook.name);
    format!(
        "{imports}\n\
         /// Implements `{hook}`.\n\
         #[derive(Default, Plugin)]\n\
         pub struct MyPlugin;\n\
         \n\
         #[hookimpl]\n\
         impl {spec} for MyPlugin {{\n\
         {head} {body}\n\
         }}\n"
    )
}

fn imports(spec: &SpecDescription, hook: &HookDescription) -> String {
    let library = spec.module.split("::").next().unwrap_or(spec.module);
    let of_the_framework = ["Plugin", "hookimpl"];
    let of_the_spec = hook.names.iter().copied().chain([spec.name]);
    if spec.package.ends_with(SPEC_PACKAGE_SUFFIX) {
        return import(library, of_the_spec.chain(of_the_framework).collect());
    }
    let [mut framework, mut spec] = [
        ("hooks_core", import("hooks_core", of_the_framework.to_vec())),
        (library, import(library, of_the_spec.collect())),
    ];
    if framework.0 > spec.0 {
        std::mem::swap(&mut framework, &mut spec);
    }
    framework.1 + &spec.1
}

/// A `use` line, as rustfmt writes it: types before functions and macros.
fn import(library: &str, mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    match names[..] {
        [name] => format!("use {library}::{name};\n"),
        _ => format!("use {library}::{{{}}};\n", names.join(", ")),
    }
}

/// The method up to its body.
fn head(hook: &HookDescription) -> String {
    let line = format!("    {}", hook.signature);
    if line.len() + " {".len() <= WIDTH {
        return line;
    }
    let name = hook.signature.split('(').next().unwrap_or_default();
    let arguments = hook.arguments.iter().map(|argument| {
        let ArgumentDescription { written_type, .. } = argument;
        format!("        {}: {written_type},\n", written_name(hook, argument))
    });
    let arguments: String = arguments.collect();
    let returns = match hook.returns {
        "" => String::new(),
        returns => format!(" -> {returns}"),
    };
    format!("    {name}(\n        &self,\n{arguments}    ){returns}")
}

/// The name of an argument in source code: some are keywords.
fn written_name(hook: &HookDescription, argument: &ArgumentDescription) -> String {
    let raw = format!("r#{}", argument.name);
    if hook.signature.contains(&format!(" {raw}: ")) { raw } else { argument.name.to_owned() }
}

/// What the method does: it looks away from its arguments, and gives the answer that says least.
fn body(hook: &HookDescription) -> String {
    let unused = hook.arguments.iter().filter(|argument| !argument.flow);
    let unused: Vec<String> = unused.map(|argument| written_name(hook, argument)).collect();
    let look_away = match &unused[..] {
        [] => String::new(),
        [argument] => format!("        let _ = {argument};\n"),
        arguments => format!("        let _ = ({});\n", arguments.join(", ")),
    };
    let answer = answer(hook).map(|answer| format!("        {answer}\n")).unwrap_or_default();
    match look_away + &answer {
        body if body.is_empty() => "{}".to_owned(),
        body => format!("{{\n{body}    }}"),
    }
}

/// What is returned; `None` for nothing.
fn answer(hook: &HookDescription) -> Option<String> {
    let answer = match hook.arguments.iter().find(|argument| argument.flow) {
        Some(flow) if hook.optional => format!("Some({})", written_name(hook, flow)),
        Some(flow) => written_name(hook, flow),
        None if hook.optional => "None".to_owned(),
        None => plain_answer(hook)?,
    };
    Some(if hook.fallible { format!("Ok({answer})") } else { answer })
}

/// An answer of a type of which nothing is known but its name; `None` for nothing.
fn plain_answer(hook: &HookDescription) -> Option<String> {
    let answer = match hook.answer {
        "" if hook.fallible => "()",
        "" => return None,
        "bool" => "false",
        "String" => "String::new()",
        "f32" | "f64" => "0.0",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "isize" => "0",
        list if list.starts_with("Vec<") => "Vec::new()",
        _ => "unimplemented!(\"what the plugin answers\")",
    };
    Some(answer.to_owned())
}
