//! A loss with the network before it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::CAPACITY;
use super::compare::{Subject, Tally};
use super::error::GradientError;
use super::layer::{Drawn, inputs, name};
use crate::memory::aligned_box::{Boxed, zeroed_box};
use crate::memory::plain::Parameters;
use crate::network::Network;
use crate::train::loss::{CompatibleWith, Loss};
use crate::train::optimizer::Sgd;
use crate::train::{BatchError, Trainer, Workspace};

pub(super) struct Run<N: Network, L> {
    trainer: Trainer<L, Sgd>,
    workspace: Boxed<Workspace<N, Sgd, CAPACITY>>,
}

/// One network, drawn by the seed, with a batch.
struct Batch<'a, N: Network, L, T> {
    run: &'a mut Run<N, L>,
    drawn: Drawn<N>,
    inputs: Vec<N::Input>,
    targets: Vec<T>,
    seed: u64,
}

impl<N: Network, L> Run<N, L> {
    pub(super) fn new(loss: L) -> Self {
        Run { trainer: Trainer::new(loss, Sgd::new(0.1)), workspace: Boxed::zeroed() }
    }

    pub(super) fn check<T>(
        &mut self,
        tally: &mut Tally,
        most: usize,
        seed: u64,
        samples: usize,
        target: &mut dyn FnMut(&mut dyn Rng) -> T,
    ) -> Result<(), GradientError>
    where
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
        let (drawn, inputs) = (Drawn::new(rng)?, inputs::<N>(samples, rng)?);
        let targets = (0..samples).map(|_| target(rng)).collect();
        let mut batch = Batch { run: self, drawn, inputs, targets, seed };
        let terms = match batch.mean() {
            Ok(mean) => f64::from(mean) * samples as f64,
            Err(error) => return Err(GradientError::Batch { of: batch.title(), error }),
        };
        let mut gradient = zeroed_box::<N::Gradient>();
        gradient.as_flat_mut().copy_from_slice(batch.run.workspace.gradient().as_flat());
        let given = batch.drawn.some(&mut gradient, most, rng);
        tally.compare(&mut batch, terms, &given)
    }
}

impl<N: Network, L: Loss<N::Output, T> + CompatibleWith<N::Head>, T> Batch<'_, N, L, T> {
    /// The mean loss of the batch; its gradient is in the workspace.
    fn mean(&mut self) -> Result<f32, BatchError> {
        let Run { trainer, workspace } = &mut *self.run;
        workspace.reset();
        trainer.accumulate(&*self.drawn.layer, workspace, &self.inputs, &self.targets)
    }
}

impl<N: Network, L: Loss<N::Output, T> + CompatibleWith<N::Head>, T> Subject for Batch<'_, N, L, T> {
    fn shift(&mut self, number: usize, distance: f32) {
        if let Some(parameter) = self.drawn.layer.as_flat_mut().get_mut(number) {
            *parameter += distance;
        }
    }

    fn value(&mut self) -> f64 {
        self.mean().map_or(f64::NAN, |mean| f64::from(mean) * self.inputs.len() as f64)
    }

    fn title(&self) -> String {
        let (loss, network) = (type_name::<L>(), type_name::<N>());
        format!("{loss} of {network}, seed {}, batch of {}", self.seed, self.inputs.len())
    }

    fn name(&self, number: usize) -> String {
        name::<N>(number)
    }
}
