//! The output of a call, as JSON.

use hooks_core::Failure;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// All that can come back from a call: an output, and from some hooks a failure.
pub(crate) trait Whole {
    /// The output as JSON, or the failure.
    fn read(&self) -> Result<Value, &Failure>;

    /// Puts an output in the place of what there is.
    fn replace(&mut self, output: &Value);
}

/// What comes back from a call that no failure ends.
pub(crate) trait Output: Serialize + DeserializeOwned {}

impl Output for () {}
impl Output for Vec<Value> {}
impl Output for Option<Value> {}

impl<O: Output> Whole for O {
    fn read(&self) -> Result<Value, &Failure> {
        Ok(serde_json::to_value(self).expect("values are JSON, and so are lists of them"))
    }

    fn replace(&mut self, output: &Value) {
        *self = O::deserialize(output).expect("the scenario was refused unless its outputs fit");
    }
}

impl<O: Output> Whole for Result<O, Failure> {
    fn read(&self) -> Result<Value, &Failure> {
        self.as_ref()?.read()
    }

    fn replace(&mut self, output: &Value) {
        *self =
            Ok(O::deserialize(output).expect("the scenario was refused unless its outputs fit"));
    }
}
