//! A run: what is checked before it, and its epochs.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

use super::batches::{batches, hold_back};
use super::early_stopping::Best;
use super::epoch::Run;
use super::error::FitErrorKind;
#[cfg(feature = "safetensors")]
use super::keep;
use super::{Fit, Validation};
use crate::data::Dataset;
use crate::layer::InputError;
use crate::network::Network;
use crate::shape::Shape;
#[cfg(feature = "safetensors")]
use crate::train::checkpoint::Stand;
use crate::train::history::History;
use crate::train::loss::{CompatibleWith, Loss};
use crate::train::optimizer::Optimizer;
use crate::train::progress::Progress;

impl<N, T, L, O, const B: usize> Fit<'_, N, T, L, O, B>
where
    N: Network,
    O: Optimizer + 'static,
{
    /// All epochs; the history has those that are over.
    pub(super) fn train(
        &mut self,
        network: &mut N,
        data: &Dataset<N::Input, T>,
        best: &mut Option<Best<N>>,
        history: &mut History,
    ) -> Result<(), FitErrorKind>
    where
        T: Clone,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        check_inputs::<N, T>(data, "training")?;
        if let Validation::Set(set) = self.validation {
            check_inputs::<N, T>(set, "validation")?;
        }
        #[cfg(feature = "safetensors")]
        self.keep.try_paths()?;
        let mut prepare = |set, targets| {
            let means = <L as CompatibleWith<N::Head>>::OUTPUTS;
            let mut metrics = self.metrics.iter_mut();
            metrics.try_for_each(|m| m.prepare(means, targets)).map_err(|error| FitErrorKind::Metric { set, error })
        };
        prepare("training", data.targets())?;
        if let Validation::Set(set) = self.validation {
            prepare("validation", set.targets())?;
        }
        let mut order: Vec<usize> = (0..data.len()).collect();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let held_back = match self.validation {
            Validation::Share(share) => Some(hold_back(data, share, &mut order, &mut rng)?),
            _ => None,
        };
        let validation = match self.validation {
            Validation::Set(set) => Some(set),
            _ => held_back.as_ref(),
        };
        #[cfg(feature = "safetensors")]
        let mut stand = self.keep.checkpoint.is_some().then(|| self.stand(data, validation, &order));
        self.trainer.seed = self.seed;
        let mut run = Run::<_, _, _, _, B>::new(&self.trainer, &mut self.metrics);
        (run.augment, run.drop_last, run.seed) = (self.augment.take(), self.drop_last, self.seed);
        let trained = batches(&order, B, N::LEAST_SAMPLES, self.drop_last).map(<[usize]>::len).sum();
        let mut progress = Progress::new(self.progress, self.epochs, trained);
        #[cfg(feature = "safetensors")]
        if let Some(stand) = &mut stand {
            *history = self.keep.resume(stand, network, &mut run.workspace, best.as_mut(), |epochs| {
                (0..epochs).for_each(|_| order.shuffle(&mut rng));
                keep::fingerprint(&order)
            })?;
        }
        for number in history.epochs.len() + 1..=self.epochs {
            if best.as_ref().is_some_and(Best::is_over) {
                break;
            }
            let started = std::time::Instant::now();
            progress.epoch(number);
            order.shuffle(&mut rng);
            let mut epoch = run.train(network, data, &order, number, &mut progress)?;
            if let Some(set) = validation {
                run.validate(network, set, &mut epoch)?;
            }
            epoch.seconds = started.elapsed().as_secs_f64();
            progress.end(&epoch);
            if let Some(best) = best {
                best.see(network, epoch.judged_loss());
            }
            history.epochs.push(epoch);
            #[cfg(feature = "safetensors")]
            {
                check_parameters(network, number, batches(&order, B, N::LEAST_SAMPLES, self.drop_last).count())?;
                let last = number == self.epochs || best.as_ref().is_some_and(Best::is_over);
                if let Some(stand) = &mut stand {
                    (stand.order, stand.steps) = (keep::fingerprint(&order), u64::from(run.workspace.steps()));
                }
                self.keep.after_epoch(stand.as_ref(), last, network, &run.workspace, best.as_ref(), history)?;
            }
        }
        progress.finish();
        Ok(())
    }

    /// What tells this run from others, before its first epoch.
    #[cfg(feature = "safetensors")]
    fn stand(&self, data: &Dataset<N::Input, T>, validation: Option<&Dataset<N::Input, T>>, order: &[usize]) -> Stand
    where
        L: Loss<N::Output, T>,
    {
        let layers = N::SUMMARY.layers.iter().map(|layer| format!("{}: {}", layer.name, layer.layer));
        let loss = self.trainer.loss();
        Stand {
            network: layers.collect::<Vec<_>>().join(", "),
            optimizer: keep::described(|f| self.trainer.optimizer().describe(f)),
            loss: keep::described(|f| loss.describe(f)),
            data: keep::data(loss, data),
            validation: validation.map_or(0, |set| keep::data(loss, set)),
            seed: self.seed,
            samples: order.len() as u64,
            batch: B as u64,
            drop_last: u64::from(self.drop_last),
            order: keep::fingerprint(order),
            judged_from: 1,
            stopping_from: 1,
            steps: 0,
        }
    }
}

/// That the network can process all inputs.
fn check_inputs<N: Network, T>(data: &Dataset<N::Input, T>, set: &'static str) -> Result<(), FitErrorKind> {
    for (sample, input) in data.inputs().iter().enumerate() {
        N::check_input(input).map_err(|error| FitErrorKind::Input { set, sample, error })?;
        if !input.is_finite() {
            return Err(FitErrorKind::Input { set, sample, error: InputError::NotFinite });
        }
    }
    Ok(())
}

/// That what is to be written is finite: no layer and no optimizer has made a parameter or a statistic that is not.
#[cfg(feature = "safetensors")]
fn check_parameters<N: Network>(network: &N, epoch: usize, batch: usize) -> Result<(), FitErrorKind> {
    if crate::kernel::all_finite(network.as_flat()) {
        return Ok(());
    }
    let mut parameters = network.as_flat().iter().copied().enumerate();
    let (parameter, value) = parameters.find(|(_, value)| !value.is_finite()).unwrap_or_default();
    let place = format!("`{}`", name_of::<N>(parameter));
    Err(FitErrorKind::NotFinite { what: "network", value, epoch, batch, place })
}

/// The name of the tensor that a parameter belongs to.
pub(super) fn name_of<N: Network>(parameter: usize) -> String {
    let mut tensors = N::LAYOUT.tensors();
    let tensor = tensors.find(|tensor| (tensor.offset()..tensor.offset() + tensor.count()).contains(&parameter));
    tensor.map_or(String::new(), |tensor| tensor.name().into())
}
