//! pluggy's `test_details.py`: what is told of implementations, and what becomes of a failure.
//!
//! | test | refused, or warned of, by the compiler | case under `ui/fail` |
//! |---|---|---|
//! | `test_warn_when_deprecated_specified` | an implementation of a deprecated hook | `deprecated_hook` |
//! | `test_warn_when_deprecated_args_specified`, `test_warn_when_deprecated_args_with_defaults_specified` | an implementation that takes a deprecated argument | `deprecated_argument` |
//! | `test_not_all_arguments_are_provided_issues_a_warning`, `test_not_all_arguments_warning_points_at_the_caller` | a call that leaves an argument out, at the line of the caller | `call_with_a_wrong_argument` |
//! | `test_hookimpl_disallow_invalid_combination` | a hook that is historic and firstresult | `hook_kinds` |
//! | `test_hook_nonspec_call` | an implementation of a hook that no spec has | `misspelled_hook` |

use hooks_core::{
    Band, Closures, Method, Next, Plugin, PluginManager, PluginMetadata, Role, hookimpl, hookspec,
};

use crate::support::{assert_error, plugins, registered};

/// Adapted: who decides about the options of others is a host that registers closures.
#[test]
fn test_parse_hookimpl_override() {
    /// Three hooks.
    #[hookspec]
    trait Spec {
        /// Tells.
        fn x1meth(&self);

        /// Tells.
        fn x1meth2(&self);

        /// Tells.
        fn x1meth3(&self);
    }

    let plugins = PluginManager::new();
    let plugin = Closures::<Spec>::new(|hooks| {
        hooks.x1meth().implementation(Method::here("x1meth"), |_| ());
        let method = Method::here("x1meth2").band(Band::TryFirst);
        hooks.x1meth2().wrapper(method, |next| {
            next.call();
            Ok(())
        });
        let method = Method::here("x1meth3").band(Band::TryLast);
        hooks.x1meth3().wrapper(method, |next| {
            next.call();
            Ok(())
        });
    });
    plugins.register_closures("plugin", plugin).unwrap();
    let listed: Vec<_> = plugins
        .call_order::<Spec>()
        .into_iter()
        .flat_map(|order| order.implementations)
        .map(|implementation| (implementation.method, implementation.role, implementation.band))
        .collect();
    assert_eq!(
        listed,
        [
            ("x1meth".into(), Role::Implementation, Band::Plain),
            ("x1meth2".into(), Role::Wrapper, Band::TryFirst),
            ("x1meth3".into(), Role::Wrapper, Band::TryLast),
        ]
    );
}

/// Adapted: an implementation tells where it is written, too.
#[test]
fn test_repr() {
    /// One hook.
    #[hookspec]
    trait Spec {
        /// Tells.
        fn myhook(&self);
    }

    plugins! { Plugin; }

    const LINE: u32 = line!() + 4;

    #[hookimpl]
    impl Spec for Plugin {
        fn myhook(&self) {}
    }

    let plugins = registered![Plugin];
    assert_eq!(
        format!("{:?}", plugins.hooks::<Spec>().myhook.implementations()[0]),
        format!(
            r#"Implementation {{ plugin: "Plugin", method: "myhook", role: Implementation, band: Plain, file: {:?}, line: {LINE}, arguments: Some([]), is_async: false, background: false }}"#,
            file!()
        )
    );
}

#[test]
fn test_wrapper_runtimeerror_passtrough() {
    /// Stops on failure.
    #[hookspec]
    trait Spec {
        /// Fails late.
        #[hook(on_failure = stop)]
        fn fail_late(&self) -> Result<(), String>;
    }

    plugins! { Fail; Wraps; }

    #[hookimpl]
    impl Spec for Fail {
        fn fail_late(&self) -> Result<(), String> {
            Err("this is personal".to_owned())
        }
    }

    #[hookimpl]
    impl Spec for Wraps {
        #[hookimpl(wrapper)]
        fn fail_late(&self, next: Next<'_, FailLateArgs>) {
            next.call();
        }
    }

    let failure = registered![Wraps, Fail].hooks::<Spec>().fail_late().unwrap_err();
    assert_error(&failure, "Fail", "fail_late", "this is personal");
}

/// Adapted: metadata are plain data, in which a package goes by its name and version.
#[test]
fn test_dist_facade_project_name_and_delegation() {
    #[derive(Default, Plugin)]
    #[plugin(name = "faced")]
    struct Faced;

    let [registered] = &registered![Faced].plugins()[..] else {
        panic!("another number of plugins");
    };
    let PluginMetadata { package, version, .. } = registered.metadata;
    assert_eq!((package, version), (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")));
}

/// Adapted: the repository is found in the metadata of a plugin, which are those of its package.
#[test]
fn test_package_metadata_links_to_repository() {
    #[derive(Default, Plugin)]
    #[plugin(name = "linked")]
    struct Linked;

    assert!(!Linked::METADATA.repository.is_empty());
    assert_eq!(Linked::METADATA.repository, env!("CARGO_PKG_REPOSITORY"));
    assert_eq!(registered![Linked].plugins()[0].metadata, Linked::METADATA);
}
