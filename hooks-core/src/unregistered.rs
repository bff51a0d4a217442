//! A plugin that was taken out of the tables, on its way back to the host.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::entry::let_go;
use crate::fence::{self, Panic};
use crate::plugin::Origin;

/// A plugin that was unregistered. Dropped, it is dropped inside of a fence, like every plugin.
pub struct Unregistered {
    origin: Arc<Origin>,
    /// `None` once it was taken out.
    plugin: Option<Arc<dyn Any + Send + Sync>>,
}

impl Unregistered {
    pub(crate) fn new(origin: Arc<Origin>, plugin: Arc<dyn Any + Send + Sync>) -> Self {
        Self { origin, plugin: Some(plugin) }
    }

    /// The name under which the plugin was registered.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.origin.plugin
    }

    /// Drops the plugin, and says if that panicked.
    pub(crate) fn dispose(mut self) -> Result<(), Panic> {
        fence::dispose(self.plugin.take())
    }

    /// The plugin itself, to be dropped by the host.
    ///
    /// # Errors
    ///
    /// All of this again if it is no `P`.
    pub fn downcast<P: Any + Send + Sync>(mut self) -> Result<Arc<P>, Self> {
        let downcast = self.plugin.take().map(Arc::downcast::<P>);
        match downcast {
            Some(Ok(plugin)) => Ok(plugin),
            Some(Err(plugin)) => {
                self.plugin = Some(plugin);
                Err(self)
            }
            None => Err(self),
        }
    }
}

impl Drop for Unregistered {
    fn drop(&mut self) {
        if let Some(plugin) = self.plugin.take() {
            let_go(&self.origin.plugin, plugin);
        }
    }
}

impl fmt::Debug for Unregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unregistered").field("name", &self.name()).finish_non_exhaustive()
    }
}
