//! What is wrong with a plugin.

use hooks_core::Plugin;

#[derive(Default, Plugin)]
struct Generic<T>(T);

#[derive(Default, Plugin)]
struct Borrowing<'a>(&'a str);

#[derive(Default, Plugin)]
#[plugin(name = "")]
struct Nameless;

#[derive(Default, Plugin)]
#[plugin(name = "  ")]
struct Blank;

#[derive(Default, Plugin)]
#[plugin(name = "one", name = "two")]
struct Twice;

#[derive(Default, Plugin)]
#[plugin(version = "2")]
struct Unknown;

#[derive(Default, Plugin)]
#[plugin(name = cook)]
struct Unquoted;

#[derive(Default, Plugin)]
#[plugin]
struct WithoutOptions;

fn main() {}
