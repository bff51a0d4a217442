//! What the operator wants to keep of a run: `--trace`, `--report`, `--stats` and `--stats-json`.

use std::io::Write;
use std::path::PathBuf;

use bernstein_hooks::{MonitorGuard, PluginManager};
use clap::Args;

use super::stats::Statistics;
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
    /// Count the calls of each hook in each plugin and take their time, and show a table at the end
    #[arg(long)]
    stats: bool,
    /// Write the same to a file of JSON
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
}

impl RecordArguments {
    /// Begins the files, before anything of the run does.
    pub(super) fn begin(&self) -> Result<Files, ArtifactError> {
        let begin = |path: &Option<PathBuf>| path.as_deref().map(Artifact::begin).transpose();
        let files = Files {
            trace: begin(&self.trace)?,
            report: begin(&self.report)?,
            stats: begin(&self.stats_json)?,
            shows_stats: self.stats,
        };
        let begun = [&files.trace, &files.report, &files.stats];
        let begun: Vec<&Artifact> = begun.into_iter().flatten().collect();
        for (number, file) in begun.iter().enumerate() {
            begun[..number].iter().try_for_each(|other| file.stand_beside(other))?;
        }
        Ok(files)
    }
}

/// The files that were asked for.
pub(super) struct Files {
    trace: Option<Artifact>,
    report: Option<Artifact>,
    stats: Option<Artifact>,
    shows_stats: bool,
}

impl Files {
    /// Begins to record a run that begins now.
    pub(super) fn record(self, plugins: &PluginManager) -> Records {
        let trace = self.trace.map(Trace::begin);
        let report = self.report.map(|file| (file, Recorder::begin()));
        let mut monitors = Vec::new();
        monitors.extend(trace.iter().map(|trace| plugins.monitor(trace.monitor())));
        monitors.extend(report.iter().map(|(_, recorder)| plugins.monitor(recorder.monitor())));
        if self.shows_stats || self.stats.is_some() {
            plugins.measure();
        }
        Records {
            trace,
            report,
            stats: self.stats,
            shows_stats: self.shows_stats,
            _monitors: monitors,
        }
    }
}

/// What is recorded of a run.
pub(super) struct Records {
    trace: Option<Trace>,
    report: Option<(Artifact, Recorder)>,
    stats: Option<Artifact>,
    shows_stats: bool,
    _monitors: Vec<MonitorGuard>,
}

impl Records {
    /// Who sees the events of the run for them.
    pub(super) fn observers(&mut self) -> impl Iterator<Item = &mut dyn Observer> {
        let trace = self.trace.iter_mut().map(|trace| trace as &mut dyn Observer);
        let report = self.report.iter_mut().map(|(_, recorder)| recorder as &mut dyn Observer);
        trace.chain(report)
    }

    /// Whether the statistics are to be shown at the end.
    pub(super) fn shows_statistics(&self) -> bool {
        self.shows_stats
    }

    /// Puts the files in their places, as far as each can be put there.
    pub(super) fn finish(
        self,
        run: &RunReport,
        statistics: &Statistics,
    ) -> Result<(), ArtifactError> {
        let traced = self.trace.map_or(Ok(()), Trace::finish);
        let reported = self.report.map_or(Ok(()), |(file, recorder)| {
            keep(file, report::render(run, &recorder.finish()).as_bytes())
        });
        let counted = self.stats.map_or(Ok(()), |file| keep(file, &statistics.to_json()));
        traced.and(reported).and(counted)
    }

    /// The same for a run that broke off. There is no report of it, but there is a trace: it shows
    /// how it came to that.
    pub(super) fn break_off(self) -> Result<(), ArtifactError> {
        self.trace.map_or(Ok(()), Trace::finish)
    }
}

/// Writes all of a file, and puts it in its place.
fn keep(mut file: Artifact, content: &[u8]) -> Result<(), ArtifactError> {
    file.write_all(content).map_err(|error| file.fault(error))?;
    file.keep()
}
