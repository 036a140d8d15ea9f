//! The state of a training run as a file: a safetensors file, so that other tools can look into it.
//!
//! | tensors | what |
//! |---|---|
//! | `network.…` | the parameters, by name |
//! | `best.…` | those of the best epoch, with early stopping |
//! | `optimizer` | what the optimizer remembers: slots, of 4096 numbers or more in whole lines of 16 |
//! | `history.loss`, … | a number for each epoch |
//! | `history.validation_loss`, `history.metric.0.accuracy`, … | rows of an epoch's number and a value |
//!
//! The rest is text among the metadata: steps, the seed, and what must be the same when the run goes on.
//! Of the generator that shuffles only the seed is needed: the shuffles of the epochs that are over are repeated.

use core::fmt::Display;
use std::collections::BTreeMap;
use std::path::Path;

use crate::io::weights::{Place, StoredTensor};
use crate::io::{Element, Weights, WeightsError};
use crate::memory::plain::Parameters;
use crate::train::history::{Epoch, History};

/// What a checkpoint holds beside parameters and state, as lines of text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stand {
    /// The names and types of the layers, as they are declared.
    pub network: String,
    /// The optimizer and its settings but for the learning rate.
    pub optimizer: String,
    /// The loss and its settings.
    pub loss: String,
    /// What tells the training data from others.
    pub data: u64,
    /// What tells the validation data from others; 0 without.
    pub validation: u64,
    /// Steps made.
    pub steps: u64,
    /// The seed of the run.
    pub seed: u64,
    /// Samples trained on.
    pub samples: u64,
    /// Samples in a batch.
    pub batch: u64,
    /// 1 where the last batch is dropped.
    pub drop_last: u64,
    /// What tells the order of the samples from others.
    pub order: u64,
    /// The first epoch that is judged as the last one is, by the same validation data.
    pub judged_from: u64,
    /// The first epoch that early stopping has seen.
    pub stopping_from: u64,
}

/// A checkpoint that has been read, or is to be written.
pub(crate) struct Checkpoint {
    pub stand: Stand,
    pub history: History,
    weights: Weights,
}

const KEY: &str = "congruent.checkpoint";

impl Stand {
    fn numbers(&mut self) -> [(&'static str, &mut u64); 10] {
        [
            ("data", &mut self.data),
            ("validation", &mut self.validation),
            ("steps", &mut self.steps),
            ("seed", &mut self.seed),
            ("samples", &mut self.samples),
            ("batch", &mut self.batch),
            ("drop_last", &mut self.drop_last),
            ("order", &mut self.order),
            ("judged_from", &mut self.judged_from),
            ("stopping_from", &mut self.stopping_from),
        ]
    }

    fn texts(&mut self) -> [(&'static str, &mut String); 3] {
        [("network", &mut self.network), ("optimizer", &mut self.optimizer), ("loss", &mut self.loss)]
    }

    fn write(mut self) -> String {
        let texts = self.texts().map(|(name, text)| format!("{name}={}\n", text.replace('\n', " ")));
        let numbers = self.numbers().map(|(name, number)| format!("{name}={number}\n"));
        texts.concat() + &numbers.concat()
    }

    fn read(text: &str) -> Option<Stand> {
        let mut stand = Stand::default();
        let mut lines = text.lines();
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix('=');
        for (name, text) in stand.texts() {
            *text = value(name)?.into();
        }
        for (name, number) in stand.numbers() {
            *number = value(name)?.parse().ok()?;
        }
        lines.next().is_none().then_some(stand)
    }

    /// What must be the same when a run goes on but is not, if anything.
    pub fn difference(&self, now: &Stand) -> Option<String> {
        let texts = [
            ("network", &self.network, &now.network),
            ("optimizer", &self.optimizer, &now.optimizer),
            ("loss", &self.loss, &now.loss),
        ];
        for (what, then, now) in texts {
            // written as one line
            if *then != now.replace('\n', " ") {
                return Some(format!("its {what} is `{then}`, now `{now}`"));
            }
        }
        let numbers = [
            ("seed is", self.seed, now.seed),
            ("samples are", self.samples, now.samples),
            ("batches are of", self.batch, now.batch),
            ("`drop_last` is", self.drop_last, now.drop_last),
        ];
        for (what, then, now) in numbers {
            if then != now {
                return Some(format!("its {what} {then}, now {now}"));
            }
        }
        (self.data != now.data).then(|| "its inputs or targets are others".into())
    }
}

impl Checkpoint {
    pub fn new(stand: Stand, history: &History) -> Checkpoint {
        // a network that is not finite is no checkpoint, but its optimizer's state and a loss may be
        let mut weights = Weights::empty().allow_not_finite();
        weights.metadata = Some((KEY.into(), stand.clone().write()));
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
        // what not all epochs have: rows of an epoch's number and a value
        let mut table = |name: &str, rows: Vec<(usize, f64)>| {
            let start = weights.bytes.len();
            let numbers = rows.iter().flat_map(|(epoch, value)| [*epoch as f64, *value]);
            weights.bytes.extend(numbers.flat_map(f64::to_le_bytes));
            let place = Place::Bytes(start..weights.bytes.len());
            let name = format!("history.{name}");
            weights.tensors.push(StoredTensor { name, element: Element::F64, shape: vec![rows.len(), 2], place });
        };
        let validated =
            epochs.iter().filter_map(|epoch| Some((epoch.epoch, epoch.validation_loss?))).collect::<Vec<_>>();
        if !validated.is_empty() {
            table("validation_loss", validated);
        }
        let kinds: [(&str, Metrics); 2] =
            [("metric", |epoch| &epoch.metrics), ("validation_metric", |epoch| &epoch.validation_metrics)];
        for (kind, metrics) in kinds {
            let mut rows: BTreeMap<(usize, &str), Vec<(usize, f64)>> = BTreeMap::new();
            for epoch in epochs {
                for (i, (name, value)) in metrics(epoch).iter().enumerate() {
                    rows.entry((i, name)).or_default().push((epoch.epoch, *value));
                }
            }
            for ((i, name), rows) in rows {
                table(&format!("{kind}.{i}.{name}"), rows);
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
            let missing = mismatch.missing.iter_mut().map(|(tensor, _)| tensor);
            let unexpected = mismatch.unexpected.iter_mut().map(|(tensor, _)| tensor);
            let shapes = mismatch.shapes.iter_mut().map(|other| &mut other.name);
            let types = mismatch.types.iter_mut().map(|(tensor, _)| tensor);
            let not_finite = mismatch.not_finite.iter_mut().map(|(tensor, _)| tensor);
            for tensor in missing.chain(unexpected).chain(shapes).chain(types).chain(not_finite) {
                *tensor = if tensor.is_empty() { name.into() } else { format!("{name}.{tensor}") };
            }
        }
        loaded
    }

    /// Whether something was added under a name.
    pub fn has(&self, name: &str) -> bool {
        self.weights
            .tensors
            .iter()
            .any(|tensor| tensor.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    /// An error that says why the run cannot go on from this checkpoint.
    pub fn other_run(&self, difference: impl Display) -> WeightsError {
        WeightsError::damaged(&self.weights.file, format_args!("a checkpoint of another run: {difference}"))
    }
}

type Metrics = fn(&Epoch) -> &[(String, f64)];

fn history(weights: &Weights) -> Result<History, WeightsError> {
    let mut columns = Vec::new();
    for tensor in weights.tensors().filter(|tensor| tensor.element == Element::F64) {
        if let Some(name) = tensor.name.strip_prefix("history.") {
            let bytes = weights.bytes_of(tensor)?;
            let values = bytes.chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap_or_default()));
            columns.push((name, tensor.shape.as_slice(), values.collect::<Vec<_>>()));
        }
    }
    // metrics in their order: their names begin with their position
    let position = |name: &str| name.split('.').nth(1).and_then(|n| n.parse::<usize>().ok());
    columns.sort_by_key(|(name, ..)| position(name));
    let whole = |shape: &[usize]| shape.len() == 1;
    let count = columns.iter().find(|(_, shape, _)| whole(shape)).map_or(0, |(.., values)| values.len());
    let mut epochs: Vec<Epoch> = (1..=count).map(|epoch| Epoch { epoch, ..Epoch::default() }).collect();
    for (name, shape, values) in columns {
        let rows: Vec<(f64, f64)> = match whole(shape) {
            true if values.len() == count => (1..=count).map(|epoch| epoch as f64).zip(values).collect(),
            true => return Err(WeightsError::damaged(&weights.file, "the columns of its history differ in length")),
            false => values.as_chunks::<2>().0.iter().map(|[epoch, value]| (*epoch, *value)).collect(),
        };
        for (number, value) in rows {
            let Some(epoch) = epochs.get_mut((number as usize).wrapping_sub(1)) else {
                return Err(WeightsError::damaged(&weights.file, "its history has values of epochs that it has not"));
            };
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
