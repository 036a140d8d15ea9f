//! What `Fit` keeps in files: the state of the run, to go on from, and the best weights.

use std::path::PathBuf;

use super::{Best, FitError};
use crate::io::Weights;
use crate::network::Network;
use crate::train::Workspace;
use crate::train::checkpoint::{Checkpoint, Stand};
use crate::train::history::History;
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
    pub fn try_paths(&self) -> Result<(), FitError> {
        for path in [&self.checkpoint, &self.best].into_iter().flatten() {
            crate::io::check_writable(path)
                .map_err(|cause| crate::io::WeightsError::Write { file: path.display().to_string(), cause })?;
        }
        Ok(())
    }

    /// Brings network, workspace and best parameters to where a checkpoint left them, if there is one; the epochs that
    /// it has behind it. `order_after` repeats the shuffles of so many epochs and tells the order.
    pub fn resume<N: Network, O: Optimizer + 'static, const B: usize>(
        &self,
        now: Stand,
        network: &mut N,
        workspace: &mut Workspace<N, O, B>,
        best: Option<&mut Best<N>>,
        order_after: impl FnOnce(usize) -> u64,
    ) -> Result<History, FitError> {
        let saved = self.checkpoint.as_deref().map(Checkpoint::read).transpose()?.flatten();
        let Some(mut saved) = saved else {
            return Ok(History::default());
        };
        let then = saved.stand;
        let must_be = [
            ("seed is", then.seed, now.seed),
            ("samples are", then.samples, now.samples),
            ("batches are of", then.batch, now.batch),
            ("order of the samples is", then.order, order_after(saved.history.epochs.len())),
        ];
        for (what, then, now) in must_be {
            if then != now {
                return Err(saved.other_run(what, then, now).into());
            }
        }
        // all into place, and only then into the network
        let mut parameters = crate::memory::aligned_box::zeroed_box::<N>();
        saved.load("network", &mut *parameters)?;
        if let Some(best) = best {
            for epoch in &saved.history.epochs {
                best.hear(epoch.judged_loss());
            }
            saved.load("best", &mut *best.parameters)?;
        }
        saved.load("optimizer", workspace.resume(u32::try_from(then.steps).unwrap_or(u32::MAX)))?;
        network.as_flat_mut().copy_from_slice(parameters.as_flat());
        Ok(saved.history)
    }

    /// Writes what is to be kept after an epoch, the last in `history`.
    pub fn after_epoch<N: Network, O: Optimizer + 'static, const B: usize>(
        &self,
        now: impl FnOnce() -> Stand,
        last: bool,
        network: &N,
        workspace: &Workspace<N, O, B>,
        best: Option<&Best<N>>,
        history: &History,
    ) -> Result<(), FitError> {
        let done = history.epochs.len();
        if let Some(path) = &self.best
            && history.best().is_some_and(|best| best.epoch == done)
        {
            Weights::of(network).write_safetensors(path)?;
        }
        if let Some(path) = &self.checkpoint
            && (last || done.is_multiple_of(self.every.max(1)))
        {
            let stand = Stand { steps: u64::from(workspace.steps()), ..now() };
            let mut checkpoint = Checkpoint::new(stand, history);
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

/// A number that tells an order from others (FNV-1a).
pub(super) fn fingerprint(order: &[usize]) -> u64 {
    order.iter().fold(0xCBF2_9CE4_8422_2325, |hash, i| (hash ^ *i as u64).wrapping_mul(0x0100_0000_01B3))
}
