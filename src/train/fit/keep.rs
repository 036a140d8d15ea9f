//! What `Fit` keeps in files: the state of the run, to go on from, and the best weights.

use core::fmt::{self, Formatter};
use std::io;
use std::path::{Path, PathBuf};

use super::early_stopping::Best;
use super::error::FitErrorKind;
use crate::data::Dataset;
use crate::io::Weights;
use crate::memory::plain::words;
use crate::network::Network;
use crate::shape::Shape;
use crate::train::Workspace;
use crate::train::checkpoint::{Checkpoint, Stand};
use crate::train::history::{Epoch, History};
use crate::train::loss::Loss;
use crate::train::optimizer::Optimizer;

/// The files that are kept.
#[derive(Default)]
pub(super) struct Keep {
    pub checkpoint: Option<PathBuf>,
    /// After how many epochs the checkpoint is written.
    pub every: usize,
    pub best: Option<PathBuf>,
}

impl Keep {
    /// Tries whether all files can be written, before work that would be lost.
    pub fn try_paths(&self) -> Result<(), FitErrorKind> {
        let refused = |path: &Path, cause| crate::io::WeightsError::Write { file: path.display().to_string(), cause };
        for path in [&self.checkpoint, &self.best].into_iter().flatten() {
            crate::io::check_writable(path).map_err(|cause| refused(path, cause))?;
        }
        if let (Some(checkpoint), Some(best)) = (&self.checkpoint, &self.best)
            && place(checkpoint) == place(best)
        {
            let cause = io::Error::new(io::ErrorKind::InvalidInput, "the checkpoint is kept there");
            return Err(refused(best, cause).into());
        }
        Ok(())
    }

    /// Brings network, workspace and best parameters to where a checkpoint left them, if there is one; the epochs that
    /// it has behind it. `order_after` repeats the shuffles of that many epochs and returns the order.
    pub fn resume<N: Network, O: Optimizer + 'static, const B: usize>(
        &self,
        now: &mut Stand,
        network: &mut N,
        workspace: &mut Workspace<N, O, B>,
        best: Option<&mut Best<N>>,
        order_after: impl FnOnce(usize) -> u64,
    ) -> Result<History, FitErrorKind> {
        let saved = self.checkpoint.as_deref().map(Checkpoint::read).transpose()?.flatten();
        let Some(mut saved) = saved else {
            return Ok(History::default());
        };
        let done = saved.history.epochs.len();
        if let Some(difference) = saved.stand.difference(now) {
            return Err(saved.other_run(difference).into());
        }
        now.order = order_after(done);
        if now.order != saved.stand.order {
            return Err(saved.other_run("the order of its samples is another").into());
        }
        // all into place, and only then into the network
        let mut parameters = crate::memory::aligned_box::zeroed_box::<N>();
        saved.load("network", &mut *parameters)?;
        // losses of two validation sets are not compared: what has another one begins anew
        let judged_alike = now.validation == saved.stand.validation;
        now.judged_from = if judged_alike { saved.stand.judged_from } else { done as u64 + 1 };
        now.stopping_from = now.judged_from;
        let mut kept = best.is_some().then(crate::memory::aligned_box::zeroed_box::<N>);
        if let Some(kept) = &mut kept {
            if judged_alike && saved.has("best") {
                saved.load("best", &mut **kept)?;
                now.stopping_from = saved.stand.stopping_from;
            } else {
                // of the epochs before, only the parameters of the last are known
                kept.as_flat_mut().copy_from_slice(parameters.as_flat());
                now.stopping_from = now.judged_from.max(done as u64);
            }
        }
        saved.load("optimizer", workspace.resume(u32::try_from(saved.stand.steps).unwrap_or(u32::MAX)))?;
        network.as_flat_mut().copy_from_slice(parameters.as_flat());
        if let (Some(best), Some(kept)) = (best, kept) {
            best.parameters = kept;
            for epoch in since(&saved.history, now.stopping_from) {
                best.hear(epoch.judged_loss());
            }
        }
        Ok(saved.history)
    }

    /// Writes what is to be kept after an epoch, the last in `history`.
    pub fn after_epoch<N: Network, O: Optimizer + 'static, const B: usize>(
        &self,
        now: Option<&Stand>,
        last: bool,
        network: &N,
        workspace: &Workspace<N, O, B>,
        best: Option<&Best<N>>,
        history: &History,
    ) -> Result<(), FitErrorKind> {
        let done = history.epochs.len();
        if let Some(path) = &self.best {
            let judged = since(history, now.map_or(1, |now| now.judged_from));
            let lowest = crate::train::history::lowest(judged);
            if lowest.is_some_and(|best| best.epoch == done) {
                Weights::of(network).write_safetensors(path)?;
            }
        }
        if let (Some(path), Some(now)) = (&self.checkpoint, now)
            && (last || done.is_multiple_of(self.every.max(1)))
        {
            let mut checkpoint = Checkpoint::new(now.clone(), history);
            checkpoint.add("network", network);
            if let Some(best) = best {
                checkpoint.add("best", &*best.parameters);
            }
            checkpoint.add("optimizer", workspace.state());
            checkpoint.write(path)?;
        }
        Ok(())
    }
}

/// Where a file is or will be, however its path is written.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = || folder.canonicalize().ok().map(|folder| folder.join(path.file_name().unwrap_or_default()));
    path.canonicalize().ok().or_else(new).unwrap_or_else(|| path.to_path_buf())
}

/// The epochs from the one of that number on.
fn since(history: &History, number: u64) -> &[Epoch] {
    let before = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    history.epochs.get(before..).unwrap_or_default()
}

/// What a function writes.
pub(super) fn described(write: impl Fn(&mut Formatter<'_>) -> fmt::Result) -> String {
    struct Written<W>(W);

    impl<W: Fn(&mut Formatter<'_>) -> fmt::Result> fmt::Display for Written<W> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            (self.0)(f)
        }
    }

    Written(write).to_string()
}

/// A number that differs between orders.
pub(super) fn fingerprint(order: &[usize]) -> u64 {
    order.iter().fold(START, |hash, i| mix(hash, *i as u64))
}

/// A number that differs between data sets, made of all inputs, and of all targets that the loss [shows](Loss::fingerprint).
pub(super) fn data<I: Shape, T, L: Loss<O, T>, O: Shape>(loss: &L, set: &Dataset<I, T>) -> u64 {
    let mut hash = START;
    for input in set.inputs() {
        for word in words(input) {
            hash = mix(hash, u64::from(*word));
        }
    }
    for target in set.targets() {
        loss.fingerprint(target, &mut |number| hash = mix(hash, u64::from(number)));
    }
    // 0 stands for no data
    hash.max(1)
}

const START: u64 = 0xCBF2_9CE4_8422_2325;

/// FNV-1a, a number at a time.
fn mix(hash: u64, number: u64) -> u64 {
    (hash ^ number).wrapping_mul(0x0100_0000_01B3)
}
