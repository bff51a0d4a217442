//! What is said of the hooks of a program, and of who implements them.

use std::collections::HashSet;
use std::error::Error;

use hooks_core::reference::{HookReference, Reference, SCHEMA, SpecReference};
use hooks_core::{
    AsyncNext, Band, Closures, HookKind, HookMode, HookPolicy, Method, Next, Passing, Plugin,
    PluginManager, PluginMetadata, Role, SpecDescription, hookimpl, hookspec,
};

/// A letter.
#[derive(Clone, Debug)]
pub(crate) struct Letter;

/// Where letters are kept.
#[derive(Debug)]
pub(crate) struct Shelf;

/// What happens in an office.
///
/// Letters come and go.
#[hookspec]
pub(crate) trait Office {
    /// A letter came in.
    #[hook(subject = "letters", since = "0.2")]
    fn on_letter(
        &self,
        /// What was in the envelope.
        letter: &Letter,
        pages: u32,
    );

    /// The first who may open a letter says so.
    #[hook(subject = "letters", firstresult)]
    #[hook(on_failure = stop)]
    fn opener(&self, letter: &Letter) -> Option<std::string::String>;

    /// A text is corrected.
    #[hook(waterfall)]
    fn correct(
        &self,
        #[deprecated(since = "0.3.0", note = "nobody writes by hand")] handwriting: &str,
        #[flow] text: String,
    ) -> Result<String, Box<dyn Error + Send + Sync>>;

    /// Where letters are kept.
    #[hook(timeout = "2s", concurrent)]
    async fn shelves(&self, letters: &[Letter]) -> Result<Vec<Shelf>, std::io::Error>;

    /// A stamp is put on.
    #[deprecated(since = "0.2.0", note = "letters have no stamps")]
    #[hook(replaced_by = on_letter)]
    async fn on_stamp(&self, stamp: &mut Letter);

    /// Told by and by.
    #[hook(background)]
    fn on_noise(&self, r#type: u32);

    /// Told for ever.
    #[hook(historic)]
    fn on_open(&self) -> u32;

    /// Asked of everybody.
    #[deprecated]
    fn opinion(&self, on: &Letter) -> Shelf;
}

// By hand: what is derived, every test of this program discovers.
struct Clerk;

impl Plugin for Clerk {
    const METADATA: PluginMetadata = PluginMetadata::new("clerk")
        .version(env!("CARGO_PKG_VERSION"))
        .description("Reads letters")
        .authors("Ann:Bob")
        .repository("https://example.org")
        .package(env!("CARGO_PKG_NAME"));
}

#[hookimpl]
impl Office for Clerk {
    fn on_letter(&self, pages: u32, letter: &Letter) {
        let _ = (pages, letter);
    }

    #[hookimpl(hook = on_letter, wrapper, trylast)]
    fn around(&self, next: Next<'_, OnLetterArgs<'_>>) {
        next.call();
    }

    #[hookimpl(hook = on_letter, background, tryfirst)]
    fn by_and_by(&self) {}

    fn on_noise(&self, r#type: u32) {
        let _ = r#type;
    }

    async fn shelves(&self) -> Result<Vec<Shelf>, std::io::Error> {
        Ok(Vec::new())
    }

    #[hookimpl(hook = shelves, wrapper)]
    async fn around_shelves(&self, next: AsyncNext<'_, ShelvesArgs<'_>>) {
        next.call().await;
    }
}

/// The line of this file at which `text` stands.
fn line_of(text: &str) -> u32 {
    let lines = include_str!("reference.rs").lines();
    let place = lines.map(str::trim_start).position(|line| line.starts_with(text));
    u32::try_from(place.expect("it stands there") + 1).unwrap()
}

fn office(plugins: &PluginManager) -> SpecReference {
    plugins.reference().spec("Office").expect("it is linked in").clone()
}

fn with_the_clerk() -> PluginManager {
    let plugins = PluginManager::new();
    plugins.register(Clerk).unwrap();
    plugins
}

fn hook(name: &str) -> HookReference {
    office(&PluginManager::new()).hook(name).expect("the spec has it").clone()
}

#[test]
fn every_spec_of_the_program_is_described_in_the_order_of_their_names() {
    let specs = SpecDescription::all();
    let names: Vec<_> = specs.iter().map(|spec| spec.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    // Of this program, of a crate that it depends on, and of another package.
    for name in ["Office", "Kitchen"] {
        assert_eq!(names.iter().filter(|other| **other == name).count(), 1, "{name}");
    }
    assert_eq!(names.len(), names_and_places(&specs), "each of them once");
}

/// How many specs there are, if each is counted once.
fn names_and_places(specs: &[&SpecDescription]) -> usize {
    specs.iter().map(|spec| (spec.module, spec.name, spec.line)).collect::<HashSet<_>>().len()
}

#[test]
fn a_spec_tells_its_documentation_its_package_and_its_place() {
    let office = office(&PluginManager::new());
    assert_eq!(office.documentation, "What happens in an office.\n\nLetters come and go.");
    assert_eq!(office.module, module_path!());
    assert_eq!((&*office.package, &*office.version), ("hooks-tests", env!("CARGO_PKG_VERSION")));
    assert_eq!((&*office.file, office.line), (file!(), line_of("pub(crate) trait Office")));
    let hooks: Vec<_> = office.hooks.iter().map(|hook| &*hook.name).collect();
    assert_eq!(
        hooks,
        ["on_letter", "opener", "correct", "shelves", "on_stamp", "on_noise", "on_open", "opinion"]
    );
}

#[test]
fn a_signature_stands_there_as_it_is_written_but_on_one_line() {
    let office = office(&PluginManager::new());
    let signatures: Vec<_> = office.hooks.iter().map(|hook| &*hook.signature).collect();
    assert_eq!(
        signatures,
        [
            "fn on_letter(&self, letter: &Letter, pages: u32)",
            "fn opener(&self, letter: &Letter) -> Option<std::string::String>",
            "fn correct(&self, handwriting: &str, text: String) \
             -> Result<String, Box<dyn Error + Send + Sync>>",
            "async fn shelves(&self, letters: &[Letter]) -> Result<Vec<Shelf>, std::io::Error>",
            "async fn on_stamp(&self, stamp: &mut Letter)",
            "fn on_noise(&self, r#type: u32)",
            "fn on_open(&self) -> u32",
            "fn opinion(&self, on: &Letter) -> Shelf",
        ]
    );
}

#[test]
fn kind_mode_policy_and_timeout_are_those_of_the_options() {
    use HookKind::{Background, Collect, FirstResult, Historic, Notify, Waterfall};
    use HookMode::{Concurrent, Sequential, Synchronous};
    let office = office(&PluginManager::new());
    let kinds: Vec<_> = office.hooks.iter().map(|hook| (hook.kind, hook.mode)).collect();
    assert_eq!(
        kinds,
        [
            (Notify, Synchronous),
            (FirstResult, Synchronous),
            (Waterfall, Synchronous),
            (Collect, Concurrent),
            (Notify, Sequential),
            (Background, Synchronous),
            (Historic, Synchronous),
            (Collect, Synchronous),
        ]
    );
    for hook in &office.hooks {
        let stops = if hook.name == "opener" { HookPolicy::Stop } else { HookPolicy::Isolate };
        assert_eq!(hook.on_failure, stops, "{}", hook.name);
        let timeout = (hook.name == "shelves").then_some(2_000_000_000);
        assert_eq!(hook.timeout_nanoseconds, timeout, "{}", hook.name);
    }
}

#[test]
fn the_options_of_a_hook_are_those_of_all_its_attributes() {
    assert_eq!(hook("opener").options, "subject = \"letters\", firstresult, on_failure = stop");
    assert_eq!(hook("shelves").options, "timeout = \"2s\", concurrent");
    assert_eq!(hook("opinion").options, "");
}

#[test]
fn what_a_call_returns_is_told_beside_what_an_implementation_returns() {
    let office = office(&PluginManager::new());
    let both: Vec<_> = office.hooks.iter().map(|hook| (&*hook.returns, &*hook.output)).collect();
    assert_eq!(
        both,
        [
            ("", "()"),
            ("Option<std::string::String>", "Result<Option<std::string::String>, Failure>"),
            ("Result<String, Box<dyn Error + Send + Sync>>", "String"),
            ("Result<Vec<Shelf>, std::io::Error>", "Vec<Vec<Shelf>>"),
            ("", "()"),
            ("", "()"),
            ("u32", "()"),
            ("Shelf", "Vec<Shelf>"),
        ]
    );
}

#[test]
fn how_answers_combine_and_what_a_failure_does_is_told_in_sentences() {
    assert_eq!(
        hook("opener").combining,
        "Calls the implementations in call order until one answers, and returns that answer. An \
         implementation that panics ends the call."
    );
    assert_eq!(
        hook("shelves").combining,
        "Awaits the implementations together, and returns the answers in call order, if there are \
         any. An implementation that panics or returns an error is put on record and passed over."
    );
}

#[test]
fn an_argument_tells_its_type_how_it_is_passed_and_whether_it_flows() {
    let letter = &hook("on_letter").arguments[0];
    assert_eq!((&*letter.name, &*letter.written_type), ("letter", "&Letter"));
    assert_eq!((letter.passing, letter.flow), (Passing::Shared, false));
    assert_eq!(letter.documentation, "What was in the envelope.");
    assert_eq!(hook("on_letter").arguments[1].documentation, "");
    assert_eq!(hook("on_stamp").arguments[0].passing, Passing::Mutable);
    let text = &hook("correct").arguments[1];
    assert_eq!((text.passing, text.flow), (Passing::Value, true));
    assert_eq!(hook("on_noise").arguments[0].name, "type");
}

#[test]
fn what_is_deprecated_tells_since_when_why_and_what_takes_its_place() {
    let deprecated = hook("on_stamp").deprecated.expect("it is");
    assert_eq!(deprecated.since.as_deref(), Some("0.2.0"));
    assert_eq!(deprecated.note.as_deref(), Some("letters have no stamps"));
    assert_eq!(deprecated.replacement.as_deref(), Some("on_letter"));
    let handwriting = hook("correct").arguments[0].deprecated.clone().expect("it is");
    assert_eq!(handwriting.since.as_deref(), Some("0.3.0"));
    assert_eq!(handwriting.note.as_deref(), Some("nobody writes by hand"));
    let opinion = hook("opinion").deprecated.expect("it is");
    assert_eq!((opinion.since, opinion.note, opinion.replacement), (None, None, None));
    assert_eq!(hook("on_letter").deprecated, None);
}

#[test]
fn a_hook_tells_its_subject_its_version_and_its_place() {
    let letter = hook("on_letter");
    assert_eq!(letter.subject.as_deref(), Some("letters"));
    assert_eq!(letter.since.as_deref(), Some("0.2"));
    assert_eq!((&*letter.file, letter.line), (file!(), line_of("fn on_letter(")));
    assert_eq!((hook("opinion").subject, hook("opinion").since), (None, None));
    assert_eq!(letter.documentation, "A letter came in.");
}

#[test]
fn the_names_to_import_are_those_that_are_neither_there_nor_paths() {
    assert_eq!(hook("on_letter").names, ["Letter"]);
    assert_eq!(hook("opener").names, ["Letter"]);
    assert_eq!(hook("correct").names, ["Error"]);
    assert_eq!(hook("shelves").names, ["Letter", "Shelf"]);
    assert_eq!(hook("on_noise").names, [""; 0]);
}

#[test]
fn a_sample_is_a_whole_plugin_with_all_arguments() {
    assert_eq!(
        hook("on_letter").sample,
        "\
use behaviour::{Letter, Office};
use hooks_core::{Plugin, hookimpl};

/// Implements `on_letter`.
#[derive(Default, Plugin)]
pub struct MyPlugin;

#[hookimpl]
impl Office for MyPlugin {
    fn on_letter(&self, letter: &Letter, pages: u32) {
        let _ = (letter, pages);
    }
}
"
    );
}

#[test]
fn the_answer_of_a_sample_suits_the_kind_of_its_hook() {
    let answer = |name| {
        let sample = hook(name).sample;
        let lines: Vec<_> = sample.lines().map(str::trim).collect();
        lines[lines.len() - 3].to_owned()
    };
    assert_eq!(answer("opener"), "None");
    assert_eq!(answer("correct"), "Ok(text)");
    assert_eq!(answer("shelves"), "Ok(Vec::new())");
    assert_eq!(answer("on_noise"), "let _ = r#type;");
    assert_eq!(answer("on_open"), "0");
    assert_eq!(answer("opinion"), "unimplemented!(\"what the plugin answers\")");
}

#[test]
fn a_sample_whose_method_is_long_has_a_line_for_each_argument() {
    let sample = hook("correct").sample;
    let method = "    fn correct(
        &self,
        handwriting: &str,
        text: String,
    ) -> Result<String, Box<dyn Error + Send + Sync>> {
        let _ = handwriting;
        Ok(text)
    }
";
    assert!(sample.contains(method), "{sample}");
}

#[test]
fn without_plugins_a_reference_has_every_hook_and_no_implementation() {
    let reference = PluginManager::new().reference();
    assert_eq!(reference.schema, SCHEMA);
    assert_eq!(reference.plugins, []);
    let specs: Vec<_> = reference.specs.iter().map(|spec| &*spec.name).collect();
    let described: Vec<_> = SpecDescription::all().iter().map(|spec| spec.name).collect();
    assert_eq!(specs, described);
    let hooks = reference.specs.iter().flat_map(|spec| &spec.hooks);
    assert!(hooks.clone().count() > 0);
    for hook in hooks {
        assert_eq!(hook.implementations, [], "{}", hook.name);
    }
}

#[test]
fn implementations_stand_in_call_order_with_the_reason_for_it() {
    let plugins = with_the_clerk();
    let order = plugins.implementations("on_letter").remove(0);
    let office = office(&plugins);
    let implementations = &office.hook("on_letter").unwrap().implementations;
    let methods: Vec<_> = implementations.iter().map(|one| &*one.method).collect();
    assert_eq!(methods, ["around", "on_letter", "by_and_by"]);
    let roles: Vec<_> = implementations.iter().map(|one| (one.role, one.band)).collect();
    assert_eq!(
        roles,
        [
            (Role::Wrapper, Band::TryLast),
            (Role::Implementation, Band::Plain),
            (Role::Implementation, Band::TryFirst),
        ]
    );
    let reasons: Vec<_> = implementations.iter().map(|one| one.reason.clone()).collect();
    assert_eq!(reasons, order.reasons);
    let around = &implementations[0];
    assert_eq!((&*around.plugin, around.plugin_version.as_deref()), ("clerk", Some("0.1.0")));
    assert_eq!((&*around.file, around.line), (file!(), line_of("fn around(")));
}

#[test]
fn an_implementation_tells_which_arguments_it_takes_and_how_it_is_run() {
    let plugins = with_the_clerk();
    let gardener = Closures::<Office>::new(|hooks| {
        hooks.on_letter().implementation(Method::here("read").band(Band::TryLast), |_| ());
    });
    plugins.register_closures("gardener", gardener).unwrap();
    let office = office(&plugins);
    let told = |hook: &str| -> Vec<_> {
        let implementations = &office.hook(hook).unwrap().implementations;
        let told = implementations.iter().map(|one| {
            let arguments = one.arguments.as_ref().map(|arguments| arguments.join(" "));
            (one.method.clone(), arguments, one.is_async, one.background)
        });
        told.collect()
    };
    let some = |arguments: &str| Some(arguments.to_owned());
    assert_eq!(
        told("on_letter"),
        [
            ("around".to_owned(), some(""), false, false),
            ("on_letter".to_owned(), some("pages letter"), false, false),
            ("read".to_owned(), None, false, false),
            ("by_and_by".to_owned(), some(""), false, true),
        ]
    );
    assert_eq!(told("on_noise"), [("on_noise".to_owned(), some("type"), false, true)]);
    assert_eq!(
        told("shelves"),
        [
            ("around_shelves".to_owned(), some(""), true, false),
            ("shelves".to_owned(), some(""), true, false),
        ]
    );
}

#[test]
fn plugins_stand_there_with_what_their_package_says() {
    let plugins = with_the_clerk();
    plugins.register_closures("closures", Closures::<Office>::new(|_| ())).unwrap();
    let reference = plugins.reference();
    let [clerk, closures] = &reference.plugins[..] else { panic!("{:?}", reference.plugins) };
    assert_eq!(clerk.name, "clerk");
    assert_eq!(clerk.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(clerk.description.as_deref(), Some("Reads letters"));
    assert_eq!(clerk.authors, ["Ann", "Bob"]);
    assert_eq!(clerk.repository.as_deref(), Some("https://example.org"));
    assert_eq!(clerk.package.as_deref(), Some("hooks-tests"));
    assert_eq!((&*closures.name, &closures.version), ("closures", &None));
    assert_eq!((&closures.description, &closures.authors), (&None, &Vec::new()));
}

#[test]
fn two_specs_of_one_name_are_told_apart_by_their_place() {
    fn one(plugins: &PluginManager) {
        #[hookspec]
        trait SameName {
            /// A hook.
            fn first(&self);
        }
        let closures = Closures::<SameName>::new(|hooks| {
            hooks.first().implementation(Method::here("first"), |_| ());
        });
        plugins.register_closures("one", closures).unwrap();
    }
    fn other() {
        #[hookspec]
        trait SameName {
            /// A hook.
            fn first(&self);
        }
    }
    let plugins = PluginManager::new();
    one(&plugins);
    other();
    let reference = plugins.reference();
    let implementations: Vec<_> = reference
        .specs
        .iter()
        .filter(|spec| spec.name == "SameName")
        .map(|spec| spec.hooks[0].implementations.len())
        .collect();
    assert_eq!(implementations, [1, 0]);
}

#[test]
fn what_is_serialised_is_read_again() {
    let plugins = with_the_clerk();
    let reference = plugins.reference();
    let text = serde_json::to_string(&reference).unwrap();
    assert_eq!(serde_json::from_str::<Reference>(&text).unwrap(), reference);
}

#[test]
fn words_are_serialised_in_lower_case() {
    let plugins = with_the_clerk();
    let json = serde_json::to_value(office(&plugins)).unwrap();
    let shelves = &json["hooks"][3];
    assert_eq!((&shelves["kind"], &shelves["mode"]), (&"collect".into(), &"concurrent".into()));
    assert_eq!(json["hooks"][1]["kind"], "firstresult");
    assert_eq!(
        (&json["hooks"][0]["mode"], &json["hooks"][4]["mode"]),
        (&"sync".into(), &"async".into())
    );
    assert_eq!(json["hooks"][1]["on_failure"], "stop");
    assert_eq!(json["hooks"][4]["arguments"][0]["passing"], "mutable");
    assert_eq!(json["hooks"][0]["arguments"][0]["type"], "&Letter");
    let around = &json["hooks"][0]["implementations"][0];
    assert_eq!((&around["role"], &around["band"]), (&"wrapper".into(), &"trylast".into()));
}
