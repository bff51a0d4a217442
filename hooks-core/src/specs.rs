//! The tables of every spec that a program has come upon.

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::description::SpecDescription;
use crate::gear::Around;
use crate::spec::Spec;
use crate::sync::Lock;
use crate::table::{AnyTable, Surroundings};

/// A spec whose type is not known.
trait AnySpec: Any + Send + Sync {
    fn description(&self) -> &'static SpecDescription;
    fn tables(&self) -> Vec<&dyn AnyTable>;
}

impl<S: Spec> AnySpec for S {
    fn description(&self) -> &'static SpecDescription {
        S::DESCRIPTION
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
        &self.surroundings.around
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
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
        self.each(|_, tables| tables.into_iter().for_each(&mut visit));
    }

    /// Visits every spec with its tables, without a lock, in the same order.
    pub(crate) fn each(&self, mut visit: impl FnMut(&'static SpecDescription, Vec<&dyn AnyTable>)) {
        let mut known = self.known.hold().clone();
        known.sort_by_key(|(_, spec)| spec.description().name);
        for (_, spec) in &known {
            visit(spec.description(), AnySpec::tables(&**spec));
        }
    }
}
