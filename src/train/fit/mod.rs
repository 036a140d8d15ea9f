//! Training over a data set: epochs of shuffled batches, metrics, validation, early stopping.

mod batches;
mod early_stopping;
mod epoch;
mod error;
#[cfg(feature = "safetensors")]
mod keep;
mod run;

use rand::rngs::Xoshiro256PlusPlus;

use crate::data::Dataset;
use crate::layer::Layer;
use crate::metric::Metric;
use crate::network::{AsNetwork, Network};
use crate::train::Trainer;
use crate::train::history::History;
use crate::train::loss::{CompatibleWith, Loss};
use crate::train::optimizer::{Optimizer, Schedule};
use crate::train::progress::ProgressMode;

use early_stopping::Best;

pub use error::{FitError, FitErrorKind};

/// How a network is fitted to a data set; [`run`](Fit::run) does it.
///
/// ```
/// use congruent::prelude::*;
///
/// network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }
///
/// let data = Dataset::new(
///     vec![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
///     vec![[0.0], [1.0], [1.0], [0.0]],
/// )?;
/// let mut xor = Xor::seeded(1);
/// let history = Fit::new(BinaryCrossEntropy, Adam::new(0.05))
///     .epochs(300)
///     .metric(Accuracy::new())
///     .progress(ProgressMode::Quiet)
///     .run(&mut xor, &data)?;
/// assert_eq!(history.epochs.len(), 300);
/// assert!(xor.forward(&[0.0, 1.0])[0] > 0.9);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// The same network, data, settings and seed give the same result, bit for bit, on the same machine.
pub struct Fit<'a, N: Network, T, L, O, const B: usize> {
    trainer: Trainer<L, O>,
    epochs: usize,
    metrics: Vec<Box<dyn Metric<N::Output, T> + 'a>>,
    validation: Validation<'a, N, T>,
    patience: Option<usize>,
    augment: Option<Variant<'a, N, T>>,
    drop_last: bool,
    seed: u64,
    progress: ProgressMode,
    #[cfg(feature = "safetensors")]
    keep: keep::Keep,
}

crate::memory::plain::opaque_debug! { ['a, N: Network, T, L, O, const B: usize] Fit, Fit<'a, N, T, L, O, B> }

/// Makes of a sample, in place, a variant of it.
type Variant<'a, N, T> = Box<dyn FnMut(&mut <N as Layer>::Input, &mut T, &mut Xoshiro256PlusPlus) + 'a>;

enum Validation<'a, N: Network, T> {
    None,
    Set(&'a Dataset<N::Input, T>),
    Share(f64),
}

impl<N: Network, T, L, O: Optimizer + 'static> Fit<'_, N, T, L, O, 32> {
    /// One epoch in batches of 32, to begin with.
    #[must_use]
    pub fn new(loss: L, optimizer: O) -> Self {
        let trainer = Trainer::new(loss, optimizer);
        let (validation, progress) = (Validation::None, ProgressMode::Auto);
        Fit {
            trainer,
            epochs: 1,
            metrics: Vec::new(),
            validation,
            patience: None,
            augment: None,
            drop_last: false,
            seed: 0,
            progress,
            #[cfg(feature = "safetensors")]
            keep: keep::Keep::default(),
        }
    }
}

impl<'a, N, T, L, O, const B: usize> Fit<'a, N, T, L, O, B>
where
    N: Network,
    O: Optimizer + 'static,
{
    /// How many samples a step sees. The last batch of an epoch has the samples that are left over.
    ///
    /// Where these are too few for the network (a single sample for a `BatchNorm` over vectors, see [`Layer::LEAST_SAMPLES`]), the last
    /// two batches share their samples evenly: 33 samples in batches of 32 are one of 17 and one of 16. Where that does not help, as with 3
    /// samples in batches of 2, the samples left over sit the epoch out; the next one shuffles anew.
    #[must_use]
    pub fn batch<const SIZE: usize>(self) -> Fit<'a, N, T, L, O, SIZE> {
        Fit {
            trainer: self.trainer,
            epochs: self.epochs,
            metrics: self.metrics,
            validation: self.validation,
            patience: self.patience,
            augment: self.augment,
            drop_last: self.drop_last,
            seed: self.seed,
            progress: self.progress,
            #[cfg(feature = "safetensors")]
            keep: self.keep,
        }
    }

    /// Whether the samples that do not fill the last batch sit the epoch out, another few in each epoch; without it (`false`, the default)
    /// they are a smaller batch. A data set of less than a batch is one batch all the same.
    #[must_use]
    pub fn drop_last(mut self, drop: bool) -> Self {
        self.drop_last = drop;
        self
    }

    /// How many times each sample is seen.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// Measures the outputs in each epoch, of the training samples as they pass, and of the validation samples.
    #[must_use]
    pub fn metric(mut self, metric: impl Metric<N::Output, T> + 'a) -> Self {
        self.metrics.push(Box::new(metric));
        self
    }

    /// Trains on variants: `make` is given a copy of each training sample as it goes into a batch, its input and its target,
    /// and may change both, each epoch in another way. Validation sees samples as they are.
    ///
    /// The generator has a stream of its own in each epoch, from the [`seed`](Fit::seed) and the epoch's number.
    ///
    /// ```
    /// # use congruent::prelude::*;
    /// # network! { struct Net: [1, 8, 8] -> [2] { flat: Flatten, out: Dense<64, 2, Softmax> } }
    /// # let data = Dataset::new(vec![[[[0.5; 8]; 8]; 1]; 4], vec![0_usize, 1, 0, 1])?;
    /// let variants = Augment::new().shift(1.0).rotate(10.0).noise(0.05);
    /// let fit = Fit::new(CrossEntropy::new(), Adam::new(0.01))
    ///     .augment(|image, _class, rng| {
    ///         variants.apply(image, rng);
    ///     });
    /// # fit.progress(ProgressMode::Quiet).run(&mut *Net::seeded(1), &data)?;
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn augment(mut self, make: impl FnMut(&mut N::Input, &mut T, &mut Xoshiro256PlusPlus) + 'a) -> Self {
        self.augment = Some(Box::new(make));
        self
    }

    /// Validates after each epoch with samples that are not trained on.
    #[must_use]
    pub fn validation(mut self, data: &'a Dataset<N::Input, T>) -> Self {
        self.validation = Validation::Set(data);
        self
    }

    /// Holds a random share of the training samples back for validation: above 0, below 1.
    #[must_use]
    pub fn validation_split(mut self, share: f64) -> Self {
        self.validation = Validation::Share(share);
        self
    }

    /// Stops when the loss (of validation, where there is one) has not fallen for `patience` epochs (0 is as 1); in the end, also after an
    /// error, the network has the parameters of its best epoch.
    #[must_use]
    pub fn early_stopping(mut self, patience: usize) -> Self {
        self.patience = Some(patience);
        self
    }

    /// The course of the learning rate, in steps; an epoch has ⌈samples / batch⌉ of them, ⌊samples / batch⌋ with
    /// [`drop_last`](Fit::drop_last).
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.trainer = self.trainer.schedule(schedule);
        self
    }

    /// See [`Trainer::clip_norm`].
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub fn clip_norm(mut self, length: f32) -> Self {
        self.trainer = self.trainer.clip_norm(length);
        self
    }

    /// See [`Trainer::clip_value`].
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub fn clip_value(mut self, limit: f32) -> Self {
        self.trainer = self.trainer.clip_value(limit);
        self
    }

    /// The seed of all that is random: the order of the samples, what is held back, what `Dropout` drops, how
    /// samples are varied.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What is shown while training: [`ProgressMode::Auto`] by default.
    #[must_use]
    pub fn progress(mut self, mode: ProgressMode) -> Self {
        self.progress = mode;
        self
    }

    /// Writes the state of the run to a file after each epoch, and goes on from that file if it is there: a run that is
    /// killed at any moment and started again ends bit for bit as one that was not. Beside the parameters the file holds
    /// all else that the run depends on; it is a safetensors file, written beside `path` and then renamed.
    ///
    /// A run that is over does nothing when it is started again, unless it is given more epochs: remove the file to start
    /// anew.
    ///
    /// The file knows its run. Network, data, seed, batch size, `drop_last`, loss and optimizer with their settings must be the same, else the
    /// error says what is not. These may change: epochs, learning rate, schedule, clipping, metrics, validation set, early stopping, variants,
    /// and what is saved and shown. Early stopping that is added, or another validation set, counts from the epoch at which the run goes on: losses
    /// before that are not compared with those after it. A network that is not finite is never written.
    #[cfg(feature = "safetensors")]
    #[must_use]
    pub fn checkpoint(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.keep.checkpoint = Some(path.into());
        self
    }

    /// Writes the checkpoint after each `epochs` epochs and at the end, not after each epoch.
    ///
    /// # Panics
    ///
    /// When `epochs` is 0.
    #[cfg(feature = "safetensors")]
    #[must_use]
    #[track_caller]
    pub fn checkpoint_every(mut self, epochs: usize) -> Self {
        assert!(epochs > 0, "a checkpoint is written after each 1 epoch or more");
        self.keep.every = epochs;
        self
    }

    /// Saves the network as a safetensors file whenever its loss (of validation, where there is one) is the lowest so far.
    #[cfg(feature = "safetensors")]
    #[must_use]
    pub fn save_best(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.keep.best = Some(path.into());
        self
    }

    /// Trains `network` on `data`.
    ///
    /// # Errors
    ///
    /// When an input or a target is not one of the network or the loss, or not finite; when a share for validation leaves nothing; when loss or
    /// gradient are no longer finite; when a batch is too small for a `BatchNorm`; when a checkpoint cannot be written or read, or is that of
    /// another run. Whether it and the best weights can be written is tried before the first epoch, and all inputs are looked at before
    /// the first step.
    ///
    /// Training then stops. The network is as before the batch in which that happened, with [`early_stopping`](Fit::early_stopping) that
    /// of the best epoch so far, if one is over. The error has the history of the epochs that are over.
    pub fn run(
        mut self,
        network: &mut impl AsNetwork<Network = N>,
        data: &Dataset<N::Input, T>,
    ) -> Result<History, FitError>
    where
        T: Clone,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        const { assert!(B > 0, "a batch has at least one sample") };
        let network = network.as_network_mut();
        let (mut best, mut history) = (self.patience.map(Best::new), History::default());
        let end = self.train(network, data, &mut best, &mut history);
        // also after an error: the best so far is better than what led to it
        if let Some(best) = best {
            best.restore(network);
        }
        match end {
            Ok(()) => Ok(history),
            Err(kind) => Err(FitError { kind, history: Box::new(history) }),
        }
    }
}
