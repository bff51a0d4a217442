//! The tables of every spec that a program has come upon.

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::gear::Around;
use crate::spec::Spec;
use crate::sync::Lock;
use crate::table::{AnyTable, Surroundings};

/// A spec whose type is not known.
trait AnySpec: Any + Send + Sync {
    fn name(&self) -> &'static str;
    fn tables(&self) -> Vec<&dyn AnyTable>;
}

impl<S: Spec> AnySpec for S {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn tables(&self) -> Vec<&dyn AnyTable> {
        Spec::tables(self)
    }
}

/// The tables of every spec that somebody has asked for or implements.
#[derive(Default)]
pub(crate) struct Specs {
    surroundings: Surroundings,
    known: Lock<Vec<(TypeId, Arc<dyn AnySpec>)>>,
}

impl Specs {
    pub(crate) fn around(&self) -> &Around {
        &self.surroundings.0
    }

    /// The tables of the spec `S`.
    pub(crate) fn get<S: Spec>(&self) -> S {
        let mut known = self.known.hold();
        let found = known.iter().find(|(id, _)| *id == TypeId::of::<S>());
        let found = found.and_then(|(_, spec)| (&**spec as &dyn Any).downcast_ref::<S>());
        if let Some(spec) = found {
            return spec.clone();
        }
        let spec = S::vacant(&self.surroundings);
        known.push((TypeId::of::<S>(), Arc::new(spec.clone())));
        spec
    }

    /// Visits every table, without a lock: specs in the order of their names, the tables of each in
    /// that of its hooks.
    pub(crate) fn each_table(&self, mut visit: impl FnMut(&dyn AnyTable)) {
        let mut known = self.known.hold().clone();
        known.sort_by_key(|(_, spec)| spec.name());
        known.iter().flat_map(|(_, spec)| AnySpec::tables(&**spec)).for_each(&mut visit);
    }
}
