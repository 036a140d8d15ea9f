//! Early stopping: the best parameters of a run, and when it is time to stop.

use crate::memory::aligned_box::zeroed_box;
use crate::network::Network;

/// The best parameters so far, and how long that has been.
pub(super) struct Best<N> {
    patience: usize,
    pub(super) epochs_since: usize,
    pub(super) loss: f64,
    pub(super) parameters: Box<N>,
}

impl<N: Network> Best<N> {
    pub(super) fn new(patience: usize) -> Self {
        Best { patience, epochs_since: 0, loss: f64::INFINITY, parameters: zeroed_box() }
    }

    /// Takes notice of an epoch.
    pub(super) fn see(&mut self, network: &N, loss: f64) {
        if self.hear(loss) {
            self.parameters.as_flat_mut().copy_from_slice(network.as_flat());
        }
    }

    /// Takes notice of the loss of an epoch; says whether it is the best.
    pub(super) fn hear(&mut self, loss: f64) -> bool {
        let best = loss.is_finite() && loss < self.loss;
        if best {
            self.loss = loss;
            self.epochs_since = 0;
        } else {
            self.epochs_since += 1;
        }
        best
    }

    /// Whether it is time to stop.
    pub(super) fn is_over(&self) -> bool {
        self.epochs_since >= self.patience.max(1)
    }

    pub(super) fn restore(self, network: &mut N) {
        if self.loss.is_finite() {
            network.as_flat_mut().copy_from_slice(self.parameters.as_flat());
        }
    }
}
