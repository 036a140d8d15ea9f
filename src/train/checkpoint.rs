//! The state of a training run as a file: a safetensors file, so that other tools can look into it.
//!
//! | tensors | what |
//! |---|---|
//! | `network.…` | the parameters, by name |
//! | `best.…` | those of the best epoch, with early stopping |
//! | `optimizer` | what the optimizer remembers: slots, of 4096 numbers or more in whole lines of 16 |
//! | `history.loss`, `history.metric.0.accuracy`, … | a number for each epoch |
//!
//! The rest is a line of text among the metadata: epochs, steps, the seed, and what must be the same when the run goes on.
//! Of the generator that shuffles only the seed is needed: the shuffles of the epochs that are over are repeated.

use std::path::Path;

use crate::io::weights::{Place, StoredTensor};
use crate::io::{Element, Weights, WeightsError};
use crate::memory::plain::Parameters;
use crate::train::history::{Epoch, History};

/// What a checkpoint holds beside parameters and state, as numbers in a line of text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stand {
    /// Steps made.
    pub steps: u64,
    /// The seed of the run.
    pub seed: u64,
    /// Samples trained on.
    pub samples: u64,
    /// Samples in a batch.
    pub batch: u64,
    /// What tells the order of the samples from others.
    pub order: u64,
}

/// A checkpoint that has been read, or is to be written.
pub(crate) struct Checkpoint {
    pub stand: Stand,
    pub history: History,
    weights: Weights,
}

const KEY: &str = "congruent.checkpoint";
const NAMES: [&str; 5] = ["steps", "seed", "samples", "batch", "order"];

impl Stand {
    fn numbers(&mut self) -> [&mut u64; 5] {
        let Stand { steps, seed, samples, batch, order } = self;
        [steps, seed, samples, batch, order]
    }

    fn write(mut self) -> String {
        let pairs = NAMES.iter().zip(self.numbers()).map(|(name, number)| format!("{name}={number}"));
        pairs.collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<Stand> {
        let mut stand = Stand::default();
        let mut words = text.split(' ');
        for (name, number) in NAMES.iter().zip(stand.numbers()) {
            *number = words.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok()?;
        }
        words.next().is_none().then_some(stand)
    }
}

impl Checkpoint {
    pub fn new(stand: Stand, history: &History) -> Checkpoint {
        let mut weights = Weights::empty();
        weights.metadata = Some((KEY.into(), stand.write()));
        let epochs = &history.epochs;
        let mut column = |name: &str, values: Vec<f64>| {
            let start = weights.bytes.len();
            weights.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            let place = Place::Bytes(start..weights.bytes.len());
            let name = format!("history.{name}");
            weights.tensors.push(StoredTensor { name, element: Element::F64, shape: vec![values.len()], place });
        };
        column("loss", epochs.iter().map(|epoch| epoch.loss).collect());
        column("learning_rate", epochs.iter().map(|epoch| f64::from(epoch.learning_rate)).collect());
        column("seconds", epochs.iter().map(|epoch| epoch.seconds).collect());
        if epochs.iter().all(|epoch| epoch.validation_loss.is_some()) {
            column("validation_loss", epochs.iter().filter_map(|epoch| epoch.validation_loss).collect());
        }
        let kinds: [(&str, Metrics); 2] =
            [("metric", |epoch| &epoch.metrics), ("validation_metric", |epoch| &epoch.validation_metrics)];
        for (kind, metrics) in kinds {
            let names = epochs.first().map_or(&[][..], metrics);
            for (i, (name, _)) in names.iter().enumerate() {
                let values = epochs.iter().map(|epoch| metrics(epoch).get(i).map_or(f64::NAN, |metric| metric.1));
                column(&format!("{kind}.{i}.{name}"), values.collect());
            }
        }
        Checkpoint { stand, history: History::default(), weights }
    }

    /// Adds parameters or state under a name.
    pub fn add<P: Parameters>(&mut self, name: &str, parameters: &P) {
        let Weights { bytes, mut tensors, .. } = Weights::of(parameters).rename("", name);
        let start = self.weights.bytes.len();
        for tensor in &mut tensors {
            match &mut tensor.place {
                Place::Bytes(range) => *range = start + range.start..start + range.end,
                #[cfg(feature = "npz")]
                Place::Entry { .. } => {} // not from a network
            }
        }
        self.weights.bytes.extend(bytes);
        self.weights.tensors.extend(tensors);
    }

    pub fn write(&self, path: &Path) -> Result<(), WeightsError> {
        self.weights.write_safetensors(path)
    }

    /// Reads a checkpoint, if there is one.
    pub fn read(path: &Path) -> Result<Option<Checkpoint>, WeightsError> {
        let weights = match Weights::read(path) {
            Err(WeightsError::Read { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            weights => weights?.allow_not_finite(),
        };
        let text = weights.metadata.as_ref().filter(|(key, _)| key == KEY).map(|(_, text)| text.as_str());
        let Some(stand) = text.and_then(Stand::read) else {
            return Err(WeightsError::damaged(&weights.file, "not a checkpoint of a training run"));
        };
        let history = history(&weights)?;
        Ok(Some(Checkpoint { stand, history, weights }))
    }

    /// Loads what was added under a name.
    pub fn load<P: Parameters>(&mut self, name: &str, parameters: &mut P) -> Result<(), WeightsError> {
        let all = core::mem::take(&mut self.weights.tensors);
        let part = all.iter().filter_map(|tensor| {
            let name = tensor.name.strip_prefix(name)?;
            let name = if name.is_empty() { name } else { name.strip_prefix('.')? };
            Some(StoredTensor { name: name.into(), ..tensor.clone() })
        });
        self.weights.tensors = part.collect();
        let mut loaded = self.weights.load(parameters);
        self.weights.tensors = all;
        if let Err(WeightsError::Mismatch { mismatch, .. }) = &mut loaded {
            for (tensor, _) in &mut mismatch.missing {
                *tensor = if tensor.is_empty() { name.into() } else { format!("{name}.{tensor}") };
            }
        }
        loaded
    }

    /// An error that says why the run cannot go on from this checkpoint.
    pub fn other_run(&self, what: &str, then: u64, now: u64) -> WeightsError {
        let what = format_args!("a checkpoint of another run: its {what} {then}, now {now}");
        WeightsError::damaged(&self.weights.file, what)
    }
}

type Metrics = fn(&Epoch) -> &[(String, f64)];

fn history(weights: &Weights) -> Result<History, WeightsError> {
    let mut epochs: Vec<Epoch> = Vec::new();
    let mut columns = Vec::new();
    for tensor in weights.tensors().filter(|tensor| tensor.element == Element::F64) {
        if let Some(name) = tensor.name.strip_prefix("history.") {
            let bytes = weights.bytes_of(tensor)?;
            let values = bytes.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap_or_default()));
            columns.push((name, values.collect::<Vec<_>>()));
        }
    }
    // metrics in their order: their names begin with their position
    let position = |name: &str| name.split('.').nth(1).and_then(|n| n.parse::<usize>().ok());
    columns.sort_by_key(|(name, _)| position(name));
    let count = columns.first().map_or(0, |(_, values)| values.len());
    if columns.iter().any(|(_, values)| values.len() != count) {
        return Err(WeightsError::damaged(&weights.file, "the columns of its history differ in length"));
    }
    epochs.extend((1..=count).map(|epoch| Epoch { epoch, ..Epoch::default() }));
    for (name, values) in columns {
        for (epoch, value) in epochs.iter_mut().zip(values) {
            match name {
                "loss" => epoch.loss = value,
                "learning_rate" => epoch.learning_rate = value as f32,
                "seconds" => epoch.seconds = value,
                "validation_loss" => epoch.validation_loss = Some(value),
                metric => match metric.splitn(3, '.').collect::<Vec<_>>()[..] {
                    ["metric", _, name] => epoch.metrics.push((name.into(), value)),
                    ["validation_metric", _, name] => epoch.validation_metrics.push((name.into(), value)),
                    _ => {}
                },
            }
        }
    }
    Ok(History { epochs })
}
