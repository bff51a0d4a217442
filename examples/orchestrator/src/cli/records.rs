//! The files that the operator wants of a run: `--trace` and `--report`.

use std::io::Write;
use std::path::PathBuf;

use bernstein_hooks::{MonitorGuard, PluginManager};
use clap::Args;

use crate::artifact::{Artifact, ArtifactError};
use crate::observer::Observer;
use crate::report::{self, Recorder};
use crate::run::RunReport;
use crate::trace::Trace;

#[derive(Debug, Args)]
pub(super) struct RecordArguments {
    /// Write a trace of tasks, agents and hook calls, for Perfetto and other viewers of Chrome
    /// traces
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write a report, a page of HTML that stands alone: timeline, cost, plugins, tasks
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl RecordArguments {
    /// Begins the files, before anything of the run does.
    pub(super) fn begin(&self) -> Result<Files, ArtifactError> {
        let begin = |path: &Option<PathBuf>| path.as_deref().map(Artifact::begin).transpose();
        Ok(Files { trace: begin(&self.trace)?, report: begin(&self.report)? })
    }
}

/// The files that were asked for.
pub(super) struct Files {
    trace: Option<Artifact>,
    report: Option<Artifact>,
}

impl Files {
    /// Begins to record a run that begins now.
    pub(super) fn record(self, plugins: &PluginManager) -> Records {
        let trace = self.trace.map(Trace::begin);
        let report = self.report.map(|file| (file, Recorder::begin()));
        let mut monitors = Vec::new();
        monitors.extend(trace.iter().map(|trace| plugins.monitor(trace.monitor())));
        monitors.extend(report.iter().map(|(_, recorder)| plugins.monitor(recorder.monitor())));
        Records { trace, report, _monitors: monitors }
    }
}

/// What is recorded of a run.
pub(super) struct Records {
    trace: Option<Trace>,
    report: Option<(Artifact, Recorder)>,
    _monitors: Vec<MonitorGuard>,
}

impl Records {
    /// Who sees the events of the run for them.
    pub(super) fn observers(&mut self) -> impl Iterator<Item = &mut dyn Observer> {
        let trace = self.trace.iter_mut().map(|trace| trace as &mut dyn Observer);
        let report = self.report.iter_mut().map(|(_, recorder)| recorder as &mut dyn Observer);
        trace.chain(report)
    }

    /// Puts the files in their places. Without a report of the run there is no page, but there is a
    /// trace: it shows how it came to that.
    pub(super) fn finish(self, run: Option<&RunReport>) -> Result<(), ArtifactError> {
        let traced = self.trace.map_or(Ok(()), Trace::finish);
        let reported = self.report.zip(run).map_or(Ok(()), |((mut file, recorder), run)| {
            let page = report::render(run, &recorder.finish());
            file.write_all(page.as_bytes()).map_err(|error| file.fault(error))?;
            file.keep()
        });
        traced.and(reported)
    }
}
