//! The files that the operator wants of a run: `--trace`.

use std::path::PathBuf;

use bernstein_hooks::{MonitorGuard, PluginManager};
use clap::Args;

use crate::artifact::{Artifact, ArtifactError};
use crate::observer::Observer;
use crate::trace::Trace;

#[derive(Debug, Args)]
pub(super) struct RecordArguments {
    /// Write a trace of tasks, agents and hook calls, for Perfetto and other viewers of Chrome
    /// traces
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

impl RecordArguments {
    /// Begins the files, before anything of the run does.
    pub(super) fn begin(&self) -> Result<Files, ArtifactError> {
        let trace = self.trace.as_deref().map(Artifact::begin).transpose()?;
        Ok(Files { trace })
    }
}

/// The files that were asked for.
pub(super) struct Files {
    trace: Option<Artifact>,
}

impl Files {
    /// Begins to record a run that begins now.
    pub(super) fn record(self, plugins: &PluginManager) -> Records {
        let trace = self.trace.map(Trace::begin);
        let monitors = trace.iter().map(|trace| plugins.monitor(trace.monitor())).collect();
        Records { trace, _monitors: monitors }
    }
}

/// What is recorded of a run.
pub(super) struct Records {
    trace: Option<Trace>,
    _monitors: Vec<MonitorGuard>,
}

impl Records {
    /// Who sees the events of the run for them.
    pub(super) fn observers(&mut self) -> impl Iterator<Item = &mut dyn Observer> {
        self.trace.iter_mut().map(|trace| trace as &mut dyn Observer)
    }

    /// Puts the files in their places.
    pub(super) fn finish(self) -> Result<(), ArtifactError> {
        self.trace.map_or(Ok(()), Trace::finish)
    }
}
