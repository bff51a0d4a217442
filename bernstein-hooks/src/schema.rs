//! Schemas of values that are serialised in another form than their type has.

use schemars::{Schema, SchemaGenerator, json_schema};

/// An ISO 8601 duration of hours, minutes and seconds, such as `PT1.5S`. The format `duration` of
/// JSON Schema knows no fractions of a second.
pub(crate) fn duration(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": r"^PT([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{1,9})?S)?$",
    })
}
