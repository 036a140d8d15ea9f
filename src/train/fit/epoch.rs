//! One epoch of training, and its validation.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

use super::Variant;
use super::batches::{batches, copy_chosen};
use super::error::FitErrorKind;
use super::run::name_of;
use crate::data::Dataset;
use crate::memory::aligned_box::Boxed;
use crate::metric::Metric;
use crate::network::Network;
use crate::train::history::Epoch;
use crate::train::loss::{CompatibleWith, Loss};
use crate::train::optimizer::Optimizer;
use crate::train::progress::Progress;
use crate::train::{BatchError, Trainer, Workspace};

/// What makes the generator of variants another than that of the samples' order.
const VARIANTS: u64 = 0x6175_676D_656E_7400;

/// What a run of training works with, all of it allocated once.
pub(super) struct Run<'r, 'a, N: Network, T, L, O: Optimizer + 'static, const B: usize> {
    trainer: &'r Trainer<L, O>,
    metrics: &'r mut [Box<dyn Metric<N::Output, T> + 'a>],
    pub(super) augment: Option<Variant<'a, N, T>>,
    pub(super) drop_last: bool,
    pub(super) seed: u64,
    pub(super) workspace: Boxed<Workspace<N, O, B>>,
    scratch: Boxed<N::Scratch<B>>,
    inputs: Vec<N::Input>,
    targets: Vec<T>,
}

impl<'r, 'a, N, T, L, O, const B: usize> Run<'r, 'a, N, T, L, O, B>
where
    N: Network,
    T: Clone,
    L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    O: Optimizer + 'static,
{
    pub(super) fn new(trainer: &'r Trainer<L, O>, metrics: &'r mut [Box<dyn Metric<N::Output, T> + 'a>]) -> Self {
        let (inputs, targets) = (Vec::with_capacity(B), Vec::with_capacity(B));
        let (workspace, scratch) = (Workspace::boxed(), Boxed::zeroed());
        Run { trainer, metrics, augment: None, drop_last: false, seed: 0, workspace, scratch, inputs, targets }
    }

    /// One epoch: a step for each batch, in the given order.
    pub(super) fn train(
        &mut self,
        network: &mut N,
        data: &Dataset<N::Input, T>,
        order: &[usize],
        number: usize,
        progress: &mut Progress,
    ) -> Result<Epoch, FitErrorKind> {
        self.reset_metrics();
        let (mut sum, mut done) = (0.0, 0);
        // of each epoch by itself, so that a run that goes on from a checkpoint makes the variants it would have made
        let mut variants = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ VARIANTS.wrapping_add(number as u64));
        for (batch, chosen) in batches(order, B, N::LEAST_SAMPLES, self.drop_last).enumerate() {
            self.gather(data, chosen, &mut variants);
            let loss = self
                .trainer
                .step(network, &mut self.workspace, &self.inputs, &self.targets)
                .map_err(|error| self.error(error, [number, batch + 1], chosen))?;
            let outputs = &self.workspace.outputs()[..chosen.len()];
            for metric in self.metrics.iter_mut() {
                metric.update(outputs, &self.targets);
            }
            sum += f64::from(loss) * chosen.len() as f64;
            done += chosen.len();
            let metrics = self.metrics.iter().map(|metric| (metric.name(), metric.value()));
            progress.batch(done, sum / done as f64, metrics);
        }
        let learning_rate = self.trainer.learning_rate(self.workspace.steps());
        Ok(Epoch { epoch: number, learning_rate, loss: sum / done as f64, metrics: self.values(), ..Epoch::default() })
    }

    /// The chosen samples as a batch, each of them a variant.
    fn gather(&mut self, data: &Dataset<N::Input, T>, chosen: &[usize], rng: &mut Xoshiro256PlusPlus) {
        self.inputs.clear();
        self.targets.clear();
        copy_chosen(data.inputs(), chosen, &mut self.inputs);
        copy_chosen(data.targets(), chosen, &mut self.targets);
        if let Some(make) = &mut self.augment {
            for (input, target) in self.inputs.iter_mut().zip(&mut self.targets) {
                make(input, target, rng);
            }
        }
    }

    /// Loss and metrics over the validation set.
    pub(super) fn validate(
        &mut self,
        network: &N,
        set: &Dataset<N::Input, T>,
        epoch: &mut Epoch,
    ) -> Result<(), FitErrorKind> {
        self.reset_metrics();
        let mut sum = 0.0;
        for (start, (inputs, targets)) in set.inputs().chunks(B).zip(set.targets().chunks(B)).enumerate() {
            let loss = self
                .trainer
                .evaluate(network, &mut self.workspace, &mut self.scratch, inputs, targets)
                .map_err(|error| FitErrorKind::of_batch(error, |position| start * B + position, "validation"))?;
            sum += f64::from(loss) * inputs.len() as f64;
            for metric in self.metrics.iter_mut() {
                metric.update(&self.workspace.outputs()[..inputs.len()], targets);
            }
        }
        epoch.validation_loss = Some(sum / set.len() as f64);
        epoch.validation_metrics = self.values();
        Ok(())
    }

    fn reset_metrics(&mut self) {
        self.metrics.iter_mut().for_each(|metric| metric.reset());
    }

    fn values(&self) -> Vec<(String, f64)> {
        self.metrics.iter().map(|metric| (metric.name().to_owned(), metric.value())).collect()
    }

    /// The error of a batch, in terms of epoch and data set.
    fn error(&self, error: BatchError, [epoch, batch]: [usize; 2], chosen: &[usize]) -> FitErrorKind {
        let (what, value, place) = match error {
            BatchError::Loss { loss } => ("loss", loss, "the loss itself".into()),
            BatchError::Gradient { parameter, value } => {
                ("gradient", value, format!("the gradient of `{}`", name_of::<N>(parameter)))
            }
            error => return FitErrorKind::of_batch(error, |position| chosen[position], "training"),
        };
        let mut place = place;
        self.workspace.first_not_finite(chosen.len(), &mut |layer| place = format!("the output of layer `{layer}`"));
        FitErrorKind::NotFinite { what, value, epoch, batch, place }
    }
}
