//! One `#[hookimpl]` block: a plugin and a spec, and how the one implements hooks of the other.

use std::any::{Any, TypeId, type_name};
use std::sync::Arc;

use crate::intake::Intake;
use crate::plugin::Plugin;
use crate::spec::Spec;
use crate::specs::Specs;

/// A plugin that implements hooks of the spec `S`. Implemented by `#[hookimpl]`.
#[doc(hidden)]
pub trait Implements<S: Spec>: Plugin {
    /// Hands every implementation to the registrar, in the order in which they are written.
    fn implement(plugin: &Arc<Self>, hooks: &mut S::Registrar<'_>);
}

/// One `#[hookimpl]` block: how a plugin of one type implements hooks of one spec.
#[doc(hidden)]
pub struct Block {
    plugin: TypeId,
    spec: fn() -> &'static str,
    implement: fn(&Specs, Arc<dyn Any + Send + Sync>, &mut Intake),
}

inventory::collect!(Block);

impl Block {
    /// The block of the plugin `P` for the spec `S`.
    #[must_use]
    pub const fn of<P: Implements<S>, S: Spec>() -> Self {
        Self { plugin: TypeId::of::<P>(), spec: type_name::<S>, implement: implement::<P, S> }
    }
}

fn implement<P: Implements<S>, S: Spec>(
    specs: &Specs,
    plugin: Arc<dyn Any + Send + Sync>,
    intake: &mut Intake,
) {
    let plugin = plugin.downcast::<P>().expect("a block is asked for its own type of plugin only");
    P::implement(&plugin, &mut specs.get::<S>().registrar(intake));
}

/// Hands everything that `plugin` implements to the `intake`.
pub(crate) fn gather<P: Plugin>(specs: &Specs, plugin: &Arc<P>, intake: &mut Intake) {
    let mut blocks: Vec<_> =
        inventory::iter::<Block>().filter(|block| block.plugin == TypeId::of::<P>()).collect();
    // By the names of their specs: the order in which the linker brings them changes with the
    // profile.
    blocks.sort_by_key(|block| (block.spec)());
    for block in blocks {
        (block.implement)(specs, Arc::clone(plugin) as _, intake);
    }
}
