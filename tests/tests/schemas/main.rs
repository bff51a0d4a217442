//! The JSON Schemas of what hooks are called with.

// What the tests share:
mod document;
mod pantry;

// the types of Bernstein.
mod bernstein;
mod payloads;
// and the document that tools read.
mod asyncapi;
