//! The JSON Schemas of the types in a spec. Nothing is made before somebody asks for a reference,
//! and nothing is compiled without the feature `reference`.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the schema of one type, if it has one. Constant data.
#[derive(Clone, Copy)]
pub struct TypeSchema(Option<fn(&mut SchemaGenerator) -> Schema>);

impl TypeSchema {
    /// The schema of a type that has none.
    pub(crate) const NONE: Self = Self(None);

    /// The schema, or a reference to where `generator` keeps it; `None` if the type has none.
    pub(crate) fn make(self, generator: &mut SchemaGenerator) -> Option<Schema> {
        self.0.map(|make| make(generator))
    }
}

impl fmt::Debug for TypeSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypeSchema").field(&self.0.is_some()).finish()
    }
}

/// Functions have no identity. What they stand for is the type, which is written beside them.
impl PartialEq for TypeSchema {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_some() == other.0.is_some()
    }
}

impl Eq for TypeSchema {}

/// Asks whether a type has a schema: `SCHEMA` is that of the `impl` whose bound holds, and else
/// that of [`HasNoSchema`], because rustc prefers what a type has of its own. It decides where the
/// type is named, so it has to be named there and cannot be a parameter.
pub struct Ask<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized + JsonSchema> Ask<T> {
    /// The schema of the type.
    pub const SCHEMA: TypeSchema = TypeSchema(Some(SchemaGenerator::subschema_for::<T>));
}

/// What [`Ask`] answers for all other types.
pub trait HasNoSchema {
    /// No schema.
    const SCHEMA: TypeSchema = TypeSchema::NONE;
}

impl<T: ?Sized> HasNoSchema for Ask<T> {}
