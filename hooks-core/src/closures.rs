//! A plugin made of closures.

use crate::spec::Spec;

/// Closures that implement hooks of the spec `S`: a plugin for a host that has no type to make
/// one of.
///
/// ```
/// use hooks_core::{Closures, Method, PluginManager, hookspec};
///
/// #[hookspec]
/// trait Kitchen {
///     /// Asks for the ingredients of a salad.
///     fn ingredients(&self, guests: u32) -> String;
/// }
///
/// let plugins = PluginManager::new();
/// let gardener = Closures::<Kitchen>::new(|hooks| {
///     let method = Method::here("tomatoes");
///     hooks.ingredients().implementation(method, |args| format!("{} tomatoes", args.guests));
/// });
/// plugins.register_closures("gardener", gardener)?;
/// assert_eq!(plugins.hooks::<Kitchen>().ingredients(4), ["4 tomatoes"]);
/// # Ok::<(), hooks_core::RegisterError>(())
/// ```
pub struct Closures<S: Spec>(HandIn<S>);

/// Hands the implementations in, at each registration.
type HandIn<S> = Box<dyn for<'hooks> Fn(&mut <S as Spec>::Registrar<'hooks>) + Send + Sync>;

impl<S: Spec> Closures<S> {
    /// A plugin whose implementations are those that `hand_in` hands in. It is asked once for
    /// each registration, and for nothing else: what it does beside that is done outside of any
    /// call, and not fenced.
    pub fn new(
        hand_in: impl for<'hooks> Fn(&mut S::Registrar<'hooks>) + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(hand_in))
    }

    pub(crate) fn hand_in(&self, hooks: &mut S::Registrar<'_>) {
        (self.0)(hooks);
    }
}

impl<S: Spec> std::fmt::Debug for Closures<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closures").field("spec", &S::NAME).finish_non_exhaustive()
    }
}
