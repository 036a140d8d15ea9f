//! A loss with the network before it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::CAPACITY;
use super::compare::{Subject, Tally};
use super::drawn;
use super::error::GradientError;
use super::subject::{InputsOf, Model, ModelOf};
use crate::memory::aligned_box::{Boxed, zeroed_vec};
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
    model: ModelOf<N>,
    inputs: InputsOf<N>,
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
        let (mut model, mut inputs) = (ModelOf::<N>::zeroed(), InputsOf::<N>(zeroed_vec(samples)));
        let trained = drawn::parameters(&mut model, rng)?;
        drawn::inputs(&mut inputs, type_name::<N>(), rng)?;
        let targets = (0..samples).map(|_| target(rng)).collect();
        let mut batch = Batch { run: self, model, inputs, targets, seed };
        let terms = match batch.mean() {
            Ok(mean) => f64::from(mean) * samples as f64,
            Err(error) => return Err(GradientError::Batch { of: batch.title(), error }),
        };
        batch.model.gradient().copy_from_slice(batch.run.workspace.gradient().as_flat());
        let given = drawn::some(&mut batch.model, &trained, most, rng);
        tally.compare(&mut batch, terms, &given)
    }
}

impl<N: Network, L: Loss<N::Output, T> + CompatibleWith<N::Head>, T> Batch<'_, N, L, T> {
    /// The mean loss of the batch; its gradient is in the workspace.
    fn mean(&mut self) -> Result<f32, BatchError> {
        let Run { trainer, workspace } = &mut *self.run;
        workspace.reset();
        trainer.accumulate(&*self.model.layer, workspace, &self.inputs.0, &self.targets)
    }
}

impl<N: Network, L: Loss<N::Output, T> + CompatibleWith<N::Head>, T> Subject for Batch<'_, N, L, T> {
    fn shift(&mut self, number: usize, distance: f32) {
        if let Some(parameter) = self.model.parameters().get_mut(number) {
            *parameter += distance;
        }
    }

    fn value(&mut self) -> f64 {
        self.mean().map_or(f64::NAN, |mean| f64::from(mean) * self.inputs.0.len() as f64)
    }

    fn title(&mut self) -> String {
        let (loss, network) = (type_name::<L>(), type_name::<N>());
        format!("{loss} of {network}, seed {}, batch of {}", self.seed, self.inputs.0.len())
    }

    fn name(&mut self, number: usize) -> String {
        drawn::name(&N::LAYOUT, number)
    }
}
