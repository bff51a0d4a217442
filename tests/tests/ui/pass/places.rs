//! Specs and plugins wherever items may stand.

#![forbid(unsafe_code)]
#![deny(warnings)]

use hooks_core::PluginManager;

mod kitchen {
    use hooks_core::hookspec;

    #[hookspec]
    pub(crate) trait Kitchen {
        /// An order came in.
        fn on_order(&self, dish: &str);
    }

    pub(super) mod below {
        use hooks_core::hookspec;

        // The same name, in a module of its own.
        #[hookspec]
        pub(in crate::kitchen) trait Kitchen {
            /// An order came in.
            fn on_order(&self, dish: &str);
        }

        pub(crate) fn order(plugins: &hooks_core::PluginManager) -> usize {
            plugins.hooks::<Kitchen>().on_order.len()
        }

        #[derive(Default, hooks_core::Plugin)]
        #[plugin(name = "below")]
        struct Cook;

        #[hooks_core::hookimpl]
        impl Kitchen for Cook {
            fn on_order(&self) {}
        }
    }
}

fn in_a_function() -> Vec<u32> {
    use hooks_core::{Plugin, hookimpl, hookspec};

    #[hookspec]
    trait Local {
        /// Counts.
        fn count(&self, start: u32) -> u32;
    }

    #[derive(Default, Plugin)]
    #[plugin(name = "local")]
    struct Counter;

    #[hookimpl]
    impl Local for Counter {
        fn count(&self, start: u32) -> u32 {
            start + 1
        }
    }

    let plugins = PluginManager::new();
    plugins.register(Counter).unwrap();
    plugins.hooks::<Local>().count(3)
}

/// A plugin that is named by a path, as is the spec.
mod staff {
    #[derive(Default, hooks_core::Plugin)]
    #[plugin(name = "staff")]
    pub(crate) struct Cook;
}

#[hooks_core::hookimpl]
impl crate::kitchen::Kitchen for crate::staff::Cook {
    fn on_order(&self, dish: &str) {
        let _ = dish;
    }
}

macro_rules! spec {
    ($name:ident { $($hook:ident($($argument:ident: $type:ty),*);)* }) => {
        #[hooks_core::hookspec]
        trait $name {
            $(
                /// Written by a macro.
                fn $hook(&self, $($argument: $type),*);
            )*
        }
    };
}

macro_rules! plugin {
    ($name:ident: $spec:ident { $hook:ident($argument:ident: $type:ty) $body:block }) => {
        #[derive(Default, hooks_core::Plugin)]
        #[plugin(name = "from-macro")]
        struct $name;

        #[hooks_core::hookimpl]
        impl $spec for $name {
            fn $hook(&self, $argument: $type) $body
        }
    };
}

spec!(FromMacro { first(value: &u32); second(value: u32, text: &mut String); });
plugin!(Implemented: FromMacro { second(text: &mut String) { text.push('!') } });

fn main() {
    assert_eq!(in_a_function(), [4]);
    let plugins = PluginManager::discover().unwrap();
    let names: Vec<_> = plugins.names();
    assert_eq!(names.iter().map(|name| &**name).collect::<Vec<_>>(), [
        "below",
        "from-macro",
        "local",
        "staff"
    ]);
    assert_eq!(kitchen::below::order(&plugins), 1);
    plugins.hooks::<kitchen::Kitchen>().on_order("soup");
    let mut text = "hm".to_owned();
    let hooks = plugins.hooks::<FromMacro>();
    hooks.first(&3);
    hooks.second(3, &mut text);
    assert_eq!(text, "hm!");
}
