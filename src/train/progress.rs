//! Telling how training goes, on standard error.

use core::{fmt::Write as _, time::Duration};
use std::{
    io::{self, IsTerminal, Write},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::train::history::Epoch;

/// How often a bar is drawn: often enough to look alive, rarely enough to cost nothing.
const EVERY: Duration = Duration::from_millis(100);

/// How much is told while training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressMode {
    /// A bar for the current epoch above which a line for each finished one stands, where standard error is a terminal; otherwise
    /// [`Lines`](Self::Lines).
    #[default]
    Auto,
    /// A line for each finished epoch.
    Lines,
    /// Nothing.
    Quiet,
}

/// Shows the progress of one training run.
///
/// ```text
///  epoch  3/20  loss 0.1234  accuracy 0.9670  validation loss 0.2000  accuracy 0.9500  0.8 s
///  epoch  4/20 [=========>          ] 640/1347  loss 0.1101  accuracy 0.9712  eta 2s
/// ```
///
/// What cannot be written is not told: a closed standard error stops no training.
pub struct Progress {
    epochs: usize,
    samples: usize,
    show: Show,
}

crate::memory::plain::opaque_debug! { [] Progress, Progress }

enum Show {
    Nothing,
    Lines(Box<dyn Write + Send>),
    Bar { bar: ProgressBar, started: Instant, drawn: Option<Instant> },
}

impl Progress {
    /// Progress of `epochs` epochs of `samples` training samples each.
    pub fn new(mode: ProgressMode, epochs: usize, samples: usize) -> Self {
        let show = match mode {
            ProgressMode::Quiet => Show::Nothing,
            ProgressMode::Auto if has_cursor() => bar(ProgressDrawTarget::stderr()),
            ProgressMode::Auto | ProgressMode::Lines => Show::Lines(Box::new(io::stderr())),
        };
        Progress { epochs, samples, show }
    }

    /// Starts an epoch, counted from 1.
    pub fn epoch(&mut self, epoch: usize) {
        if let Show::Bar { bar, started, drawn } = &mut self.show {
            (*started, *drawn) = (Instant::now(), None);
            bar.set_message("");
            bar.reset();
            bar.set_length(self.samples as u64);
            bar.set_prefix(numbered(epoch, self.epochs));
        }
    }

    /// Tells that `done` samples of the epoch are through, and the loss and metrics over them.
    ///
    /// `metrics` is looked at only when a bar is drawn, at most ten times a second.
    pub fn batch<'a>(&mut self, done: usize, loss: f64, metrics: impl IntoIterator<Item = (&'a str, f64)>) {
        let Show::Bar { bar, started, drawn } = &mut self.show else {
            return;
        };
        let now = Instant::now();
        if drawn.is_some_and(|drawn| now.duration_since(drawn) < EVERY) && done < self.samples {
            return;
        }
        *drawn = Some(now);
        let mut message = values(loss, metrics);
        let left = time_left(now.duration_since(*started), done, self.samples);
        if let Some(left) = left {
            let _ = write!(message, "  eta {}", rounded(left));
        }
        bar.set_message(message);
        bar.set_position(done.min(self.samples) as u64);
    }

    /// Ends the epoch with a line about it.
    pub fn end(&mut self, epoch: &Epoch) {
        let line = line(epoch, self.epochs);
        match &mut self.show {
            Show::Nothing => {}
            Show::Lines(out) => {
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }
            Show::Bar { bar, .. } => bar.println(line),
        }
    }

    /// Takes the bar away. Dropping the progress does the same.
    pub fn finish(self) {}
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Show::Bar { bar, .. } = &self.show {
            bar.finish_and_clear();
        }
    }
}

/// Whether standard error is a terminal that can redraw a line.
fn has_cursor() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn bar(target: ProgressDrawTarget) -> Show {
    let style = ProgressStyle::with_template("{prefix} [{bar:20}] {pos}/{len}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(Some(0), target)
        .with_style(style.progress_chars("=> "))
        .with_finish(ProgressFinish::AndClear);
    Show::Bar { bar, started: Instant::now(), drawn: None }
}

/// The line about a finished epoch.
fn line(epoch: &Epoch, epochs: usize) -> String {
    let metrics = epoch.metrics.iter().map(|(name, value)| (name.as_str(), *value));
    let mut line = numbered(epoch.epoch, epochs) + "  " + &values(epoch.loss, metrics);
    if let Some(loss) = epoch.validation_loss {
        let metrics = epoch.validation_metrics.iter();
        let metrics = metrics.map(|(name, value)| (name.as_str(), *value));
        let _ = write!(line, "  validation {}", values(loss, metrics));
    }
    let _ = write!(line, "  {}", precise(epoch.seconds));
    line
}

fn numbered(epoch: usize, epochs: usize) -> String {
    let width = epochs.to_string().len();
    format!("epoch {epoch:width$}/{epochs}")
}

fn values<'a>(loss: f64, metrics: impl IntoIterator<Item = (&'a str, f64)>) -> String {
    let mut text = format!("loss {}", number(loss));
    for (name, value) in metrics {
        let _ = write!(text, "  {name} {}", number(value));
    }
    text
}

/// Four decimals, or three significant digits where these would say nothing.
fn number(value: f64) -> String {
    match value.abs() {
        size if size != 0.0 && size < 1e-3 || size >= 1e6 => format!("{value:.2e}"),
        _ => format!("{value:.4}"),
    }
}

/// How long the rest takes at the pace so far; `None` where there is no pace yet or nothing left.
fn time_left(elapsed: Duration, done: usize, samples: usize) -> Option<Duration> {
    if done == 0 || done >= samples {
        return None;
    }
    let pace = elapsed.as_secs_f64() / done as f64;
    Duration::try_from_secs_f64(pace * (samples - done) as f64).ok()
}

/// A time to come, no more precise than it is known: `2s`, `3m 20s`, `2h 5m`.
fn rounded(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

/// A time that was measured: `0.8 s`, `75 s`.
fn precise(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.1 => format!("{:.0} ms", seconds * 1000.0),
        seconds if seconds < 10.0 => format!("{seconds:.1} s"),
        seconds => format!("{seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests;
