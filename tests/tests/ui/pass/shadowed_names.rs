//! Names of the user's own that are those of the standard library, or of what the macros use.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(dead_code, unused_macros)]

mod shadowed {
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod alloc {}
    pub(crate) mod hooks_core {}
    pub(crate) mod inventory {}

    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Result;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Vec;
    pub(crate) struct String;
    pub(crate) struct Box;
    pub(crate) struct Arc;
    pub(crate) struct Clone;
    pub(crate) struct Default;
    pub(crate) struct Table;
    pub(crate) struct Report;
    pub(crate) struct Method;
    pub(crate) struct Band;
    pub(crate) struct PluginMetadata;
    pub(crate) trait Send {}
    pub(crate) trait Sync {}
    pub(crate) trait Fn {}
    pub(crate) trait Spec {}
    pub(crate) trait Hook {}
    pub(crate) trait Kind {}
    pub(crate) trait Implements {}

    macro_rules! vec {
        ($($nothing:tt)*) => {
            compile_error!("not the standard macro")
        };
    }

    macro_rules! concat {
        ($($nothing:tt)*) => {
            compile_error!("not the standard macro")
        };
    }

    macro_rules! env {
        ($($nothing:tt)*) => {
            compile_error!("not the standard macro")
        };
    }

    #[::hooks_core::hookspec]
    pub(crate) trait Kitchen {
        /// An order came in.
        fn on_order(&self, dish: &str, plugin: u32, hooks: u32, args: u32, method: u32, run: u32);

        /// How long does it take?
        #[hook(firstresult)]
        fn minutes(&self) -> ::std::option::Option<u32>;

        /// A price.
        fn price(&self) -> ::std::result::Result<u32, ::std::string::String>;
    }

    #[derive(::std::default::Default, ::hooks_core::Plugin)]
    pub(crate) struct Cook;

    #[::hooks_core::hookimpl]
    impl Kitchen for Cook {
        #[::hooks_core::hookimpl(tryfirst)]
        fn on_order(&self, run: u32, method: u32, args: u32, hooks: u32, plugin: u32, dish: &str) {
            let _ = (run, method, args, hooks, plugin, dish);
        }

        #[hookimpl(firstresult)]
        fn minutes(&self) -> ::std::option::Option<u32> {
            ::std::option::Option::Some(3)
        }

        fn price(&self) -> ::std::result::Result<u32, ::std::string::String> {
            ::std::result::Result::Ok(4)
        }
    }
}

fn main() {
    let plugins = hooks_core::PluginManager::discover().unwrap();
    let kitchen = plugins.hooks::<shadowed::Kitchen>();
    kitchen.on_order("soup", 1, 2, 3, 4, 5);
    assert_eq!(kitchen.minutes(), Some(3));
    assert_eq!(kitchen.price(), [4]);
}
