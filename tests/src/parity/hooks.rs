//! The six hooks of the scenarios.

use hooks_core::hookspec;
use serde_json::Value;

use super::tag::Tag;

/// The six hooks of the scenarios: three ways to use the answers, twice, because a failure either
/// ends the call or does not.
#[hookspec]
pub(crate) trait ParityHooks {
    /// Asks for all answers. The first failure ends the call.
    #[hook(on_failure = stop)]
    fn collect(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;

    /// Asks for the first answer. The first failure ends the call.
    #[hook(firstresult, on_failure = stop)]
    fn first(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;

    /// Tells everyone, those who register later too. The first failure ends the call.
    #[hook(historic, on_failure = stop)]
    fn historic(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;

    /// Asks for all answers.
    fn collect_iso(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;

    /// Asks for the first answer.
    #[hook(firstresult)]
    fn first_iso(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;

    /// Tells everyone, those who register later too.
    #[hook(historic)]
    fn historic_iso(&self, a: &Value, b: &Value) -> Result<Option<Value>, Tag>;
}
