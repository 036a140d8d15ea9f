//! Training over a data set: epochs of shuffled batches, metrics, validation, early stopping.

#[cfg(feature = "safetensors")]
mod keep;

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

use crate::data::{DataError, Dataset};
use crate::layer::{InputError, Layer};
use crate::memory::aligned_box::{Boxed, zeroed_box};
use crate::metric::{Metric, MetricError};
use crate::network::{AsNetwork, Network};
use crate::shape::Shape;
#[cfg(feature = "safetensors")]
use crate::train::checkpoint::Stand;
use crate::train::history::{Epoch, History};
use crate::train::loss::{GoesWith, Loss, TargetError};
use crate::train::optimizer::{Optimizer, Schedule};
use crate::train::progress::{Progress, ProgressMode};
use crate::train::{BatchError, Trainer, Workspace};

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
        L: Loss<N::Output, T> + GoesWith<N::Head>,
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

    /// All epochs; the history has those that are over.
    fn train(
        &mut self,
        network: &mut N,
        data: &Dataset<N::Input, T>,
        best: &mut Option<Best<N>>,
        history: &mut History,
    ) -> Result<(), FitErrorKind>
    where
        T: Clone,
        L: Loss<N::Output, T> + GoesWith<N::Head>,
    {
        check_inputs::<N, T>(data, "training")?;
        if let Validation::Set(set) = self.validation {
            check_inputs::<N, T>(set, "validation")?;
        }
        #[cfg(feature = "safetensors")]
        self.keep.try_paths()?;
        let mut prepare = |set, targets| {
            let means = <L as GoesWith<N::Head>>::OUTPUTS;
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

/// The batches of an epoch: of `size` samples each, then one of those that are left over; see [`Fit::batch`] where these are fewer than
/// `least`.
fn batches(order: &[usize], size: usize, least: usize, drop_last: bool) -> impl Iterator<Item = &[usize]> {
    let left_over = order.len() % size;
    let full = order.len() - left_over;
    let (order, shared) = if left_over == 0 || full == 0 {
        (order, &[][..])
    } else if drop_last {
        (&order[..full], &[][..])
    } else if left_over < least {
        match order.split_at(full - size) {
            (before, last_two) if last_two.len() / 2 >= least => (before, last_two),
            _ => (&order[..full], &[][..]),
        }
    } else {
        (order, &[][..])
    };
    order.chunks(size).chain(shared.chunks(shared.len().div_ceil(2).max(1)))
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

/// Takes a random share of the samples out of `order`, as a data set of its own.
fn hold_back<I: Copy, T: Clone>(
    data: &Dataset<I, T>,
    share: f64,
    order: &mut Vec<usize>,
    rng: &mut Xoshiro256PlusPlus,
) -> Result<Dataset<I, T>, DataError> {
    let count = (share * order.len() as f64).round();
    if !(count >= 1.0 && count < order.len() as f64) {
        let expected = format!("a share for validation that leaves some of the {} samples on both sides", data.len());
        return Err(DataError::Split { expected, found: share.to_string() });
    }
    order.shuffle(rng);
    let held = order.split_off(order.len() - count as usize);
    let (mut inputs, mut targets) = (Vec::with_capacity(held.len()), Vec::with_capacity(held.len()));
    copy_chosen(data.inputs(), &held, &mut inputs);
    copy_chosen(data.targets(), &held, &mut targets);
    Dataset::new(inputs, targets)
}

/// Appends the chosen values, which are never on the stack if they are `Copy`.
fn copy_chosen<V: Clone>(from: &[V], chosen: &[usize], to: &mut Vec<V>) {
    for &i in chosen {
        to.extend_from_slice(core::slice::from_ref(&from[i]));
    }
}

/// What makes the generator of variants another than that of the samples' order.
const VARIANTS: u64 = 0x6175_676D_656E_7400;

/// What a run of training works with, all of it allocated once.
struct Run<'r, 'a, N: Network, T, L, O: Optimizer + 'static, const B: usize> {
    trainer: &'r Trainer<L, O>,
    metrics: &'r mut [Box<dyn Metric<N::Output, T> + 'a>],
    augment: Option<Variant<'a, N, T>>,
    drop_last: bool,
    seed: u64,
    workspace: Boxed<Workspace<N, O, B>>,
    scratch: Boxed<N::Scratch<B>>,
    inputs: Vec<N::Input>,
    targets: Vec<T>,
}

impl<'r, 'a, N, T, L, O, const B: usize> Run<'r, 'a, N, T, L, O, B>
where
    N: Network,
    T: Clone,
    L: Loss<N::Output, T> + GoesWith<N::Head>,
    O: Optimizer + 'static,
{
    fn new(trainer: &'r Trainer<L, O>, metrics: &'r mut [Box<dyn Metric<N::Output, T> + 'a>]) -> Self {
        let (inputs, targets) = (Vec::with_capacity(B), Vec::with_capacity(B));
        let (workspace, scratch) = (Workspace::boxed(), Boxed::zeroed());
        Run { trainer, metrics, augment: None, drop_last: false, seed: 0, workspace, scratch, inputs, targets }
    }

    /// One epoch: a step for each batch, in the given order.
    fn train(
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
    fn validate(&mut self, network: &N, set: &Dataset<N::Input, T>, epoch: &mut Epoch) -> Result<(), FitErrorKind> {
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
fn name_of<N: Network>(parameter: usize) -> String {
    let mut tensors = N::LAYOUT.tensors();
    let tensor = tensors.find(|tensor| (tensor.offset()..tensor.offset() + tensor.count()).contains(&parameter));
    tensor.map_or(String::new(), |tensor| tensor.name().into())
}

/// The best parameters so far, and how long that has been.
struct Best<N> {
    patience: usize,
    epochs_since: usize,
    loss: f64,
    parameters: Box<N>,
}

impl<N: Network> Best<N> {
    fn new(patience: usize) -> Self {
        Best { patience, epochs_since: 0, loss: f64::INFINITY, parameters: zeroed_box() }
    }

    /// Takes notice of an epoch.
    fn see(&mut self, network: &N, loss: f64) {
        if self.hear(loss) {
            self.parameters.as_flat_mut().copy_from_slice(network.as_flat());
        }
    }

    /// Takes notice of the loss of an epoch; says whether it is the best.
    fn hear(&mut self, loss: f64) -> bool {
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
    fn is_over(&self) -> bool {
        self.epochs_since >= self.patience.max(1)
    }

    fn restore(self, network: &mut N) {
        if self.loss.is_finite() {
            network.as_flat_mut().copy_from_slice(self.parameters.as_flat());
        }
    }
}

/// Why training stopped early, and what was done before.
#[derive(Debug)]
#[non_exhaustive]
pub struct FitError {
    /// What happened.
    pub kind: FitErrorKind,
    /// The epochs that were over.
    pub history: Box<History>,
}

impl core::fmt::Display for FitError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for FitError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.kind.source()
    }
}

/// What stopped training.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitErrorKind {
    /// An input that the network cannot process; all are looked at before the first step.
    #[error("sample {sample} of the {set} set: {error}")]
    Input {
        /// "training" or "validation"
        set: &'static str,
        /// the position in the data set, from 0
        sample: usize,
        /// what is wrong with it
        #[source]
        error: InputError,
    },
    /// A target that is not one of the loss.
    #[error("sample {sample} of the {set} set: {error}")]
    Target {
        /// "training" or "validation"
        set: &'static str,
        /// the position in the data set, from 0
        sample: usize,
        /// what is wrong with its target
        #[source]
        error: TargetError,
    },
    /// A metric that has no meaning for the network, its loss or the targets.
    #[error("{set} set: {error}")]
    Metric {
        /// "training" or "validation"
        set: &'static str,
        /// why it has none
        #[source]
        error: MetricError,
    },
    /// The loss or the gradient became NaN or infinite, or the gradient too long to make a step of.
    #[error(
        "the {what} became {value} in epoch {epoch}, batch {batch}; the first that was not finite is {place}; \
         a smaller learning rate or `clip_norm` may help"
    )]
    NotFinite {
        /// "loss", "gradient" or "network"
        what: &'static str,
        /// its value
        value: f32,
        /// counts from 1
        epoch: usize,
        /// counts from 1 in the epoch
        batch: usize,
        /// what was not finite first
        place: String,
    },
    /// A share for validation that leaves nothing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A batch that cannot be trained on.
    #[error(transparent)]
    Batch(BatchError),
    /// A checkpoint that cannot be written or read, or is that of another run.
    #[error(transparent)]
    Weights(#[from] crate::io::WeightsError),
}

impl FitErrorKind {
    /// An error in a batch, in terms of the data set.
    fn of_batch(error: BatchError, position: impl Fn(usize) -> usize, set: &'static str) -> FitErrorKind {
        match error {
            BatchError::Target { sample, error } => FitErrorKind::Target { set, sample: position(sample), error },
            BatchError::Input { sample, error } => FitErrorKind::Input { set, sample: position(sample), error },
            other => FitErrorKind::Batch(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::batches;

    fn sizes(samples: usize, size: usize, least: usize, drop_last: bool) -> Vec<usize> {
        let order: Vec<usize> = (0..samples).collect();
        let all: Vec<&[usize]> = batches(&order, size, least, drop_last).collect();
        // in order, none twice, and only the last may be missing
        let seen = all.concat();
        assert_eq!(seen, order[..seen.len()]);
        all.iter().map(|batch| batch.len()).collect()
    }

    #[test]
    fn the_last_batch_has_what_is_left_over() {
        assert_eq!(sizes(33, 32, 1, false), [32, 1]);
        assert_eq!(sizes(64, 32, 1, false), [32, 32]);
        assert_eq!(sizes(5, 32, 1, false), [5]);
    }

    #[test]
    fn or_it_is_left_out() {
        assert_eq!(sizes(33, 32, 1, true), [32]);
        assert_eq!(sizes(64, 32, 2, true), [32, 32]);
        assert_eq!(sizes(5, 32, 1, true), [5]);
    }

    #[test]
    fn where_too_few_are_left_over_the_last_two_share() {
        assert_eq!(sizes(33, 32, 2, false), [17, 16]);
        assert_eq!(sizes(65, 32, 2, false), [32, 17, 16]);
        assert_eq!(sizes(66, 32, 2, false), [32, 32, 2]);
        assert_eq!(sizes(7, 3, 2, false), [3, 2, 2]);
        // neither of the two would have enough
        assert_eq!(sizes(5, 2, 2, false), [2, 2]);
        // the step refuses it
        assert_eq!(sizes(1, 32, 2, false), [1]);
    }
}
