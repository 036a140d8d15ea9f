//! What happened in training, epoch by epoch. With the feature `serde` it is written and read as JSON, say; as CSV it always is.

use std::{io, path::Path};

use crate::io::atomic_write::write_whole;

#[cfg(feature = "plot")]
mod plot;
#[cfg(not(feature = "plot"))]
pub(crate) mod undrawn;

/// The record of a training run.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct History {
    /// The epochs in the order they were trained.
    pub epochs: Vec<Epoch>,
}

/// One pass over the training set.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Epoch {
    /// Which epoch it was, counted from 1.
    pub epoch: usize,
    /// The learning rate at its end.
    pub learning_rate: f32,
    /// The mean loss over its samples, each measured before the step it was used for.
    pub loss: f64,
    /// Name and value of each metric over its samples.
    pub metrics: Vec<(String, f64)>,
    /// The mean loss over the validation set after the epoch, where there is one.
    pub validation_loss: Option<f64>,
    /// Name and value of each metric over the validation set after the epoch.
    pub validation_metrics: Vec<(String, f64)>,
    /// How long it took, validation included.
    pub seconds: f64,
}

impl Epoch {
    /// What tells how good the network is: the validation loss, or the training loss where there is no validation set.
    pub fn judged_loss(&self) -> f64 {
        self.validation_loss.unwrap_or(self.loss)
    }
}

impl History {
    /// The epoch with the lowest [`judged_loss`](Epoch::judged_loss), the first of equals; `None` where no loss is finite. Where the last
    /// epoch was validated, the best of those that were, else of those that were not: the two losses are not compared.
    pub fn best(&self) -> Option<&Epoch> {
        let validated = self.epochs.last().is_some_and(|epoch| epoch.validation_loss.is_some());
        lowest(self.epochs.iter().filter(|epoch| epoch.validation_loss.is_some() == validated))
    }

    /// Writes a line an epoch as comma-separated values under a header; a validation column is there if an epoch has its value,
    /// and what an epoch lacks is left empty.
    ///
    /// The file is written beside `path` and then renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> io::Result<()> {
        write_whole(path.as_ref(), &self.to_csv()?)
    }

    fn to_csv(&self) -> io::Result<Vec<u8>> {
        let metrics = names(self.epochs.iter().map(|epoch| &epoch.metrics));
        let validated = self.epochs.iter().any(|e| e.validation_loss.is_some());
        let validation = names(self.epochs.iter().map(|epoch| &epoch.validation_metrics));

        let mut header: Vec<String> = ["epoch", "learning_rate", "loss"].map(Into::into).into();
        header.extend(metrics.iter().map(|&name| name.into()));
        header.extend(validated.then(|| "validation_loss".into()));
        header.extend(validation.iter().map(|name| format!("validation_{name}")));
        header.push("seconds".into());

        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(&header)?;
        for epoch in &self.epochs {
            let loss = epoch.validation_loss;
            let mut row = vec![epoch.epoch.to_string(), epoch.learning_rate.to_string(), epoch.loss.to_string()];
            row.extend(metrics.iter().map(|name| cell(value(&epoch.metrics, name))));
            row.extend(validated.then(|| cell(loss)));
            let measured = |name| cell(value(&epoch.validation_metrics, name));
            row.extend(validation.iter().map(|name| measured(name)));
            row.push(epoch.seconds.to_string());
            csv.write_record(&row)?;
        }
        csv.into_inner().map_err(|error| error.into_error())
    }
}

/// The epoch with the lowest judged loss, of those where it is finite.
pub(crate) fn lowest<'a>(epochs: impl IntoIterator<Item = &'a Epoch>) -> Option<&'a Epoch> {
    let finite = epochs.into_iter().filter(|epoch| epoch.judged_loss().is_finite());
    finite.min_by(|a, b| a.judged_loss().total_cmp(&b.judged_loss()))
}

/// The names of all metrics, in the order they first appear.
fn names<'a>(epochs: impl Iterator<Item = &'a Vec<(String, f64)>>) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (name, _) in epochs.flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn value(metrics: &[(String, f64)], name: &str) -> Option<f64> {
    let found = metrics.iter().find(|(other, _)| other == name);
    found.map(|(_, value)| *value)
}

fn cell(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(epoch: usize, loss: f64, validation_loss: Option<f64>) -> Epoch {
        Epoch { epoch, learning_rate: 0.001, loss, validation_loss, seconds: 0.5, ..Epoch::default() }
    }

    #[test]
    fn the_best_epoch_has_the_lowest_validation_loss() {
        let best = |epochs: Vec<Epoch>| History { epochs }.best().map(|epoch| epoch.epoch);
        assert_eq!(best(vec![]), None);
        assert_eq!(best(vec![epoch(1, 2.0, None), epoch(2, 1.0, None), epoch(3, 1.0, None)]), Some(2));
        let validated = vec![
            epoch(1, 3.0, Some(f64::NAN)),
            epoch(2, 2.0, Some(0.5)),
            epoch(3, 1.0, Some(0.7)),
            epoch(4, 0.0, Some(f64::NEG_INFINITY)),
        ];
        assert_eq!(best(validated), Some(2));
        assert_eq!(best(vec![epoch(1, f64::NAN, None)]), None);
    }

    #[test]
    fn csv_has_a_line_an_epoch() {
        let mut first = epoch(1, 0.1, Some(f64::NAN));
        first.metrics = vec![("top-3, sharp".into(), 0.25)];
        first.validation_metrics = vec![("accuracy".into(), 1.0)];
        let mut second = epoch(2, 1e-7, None);
        second.metrics = vec![("accuracy".into(), 0.5), ("top-3, sharp".into(), 1.0)];
        let history = History { epochs: vec![first, second] };

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.csv");
        history.write_csv(&path).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "\
epoch,learning_rate,loss,\"top-3, sharp\",accuracy,validation_loss,validation_accuracy,seconds
1,0.001,0.1,0.25,,NaN,1,0.5
2,0.001,0.0000001,1,0.5,,,0.5
"
        );
        assert!(history.write_csv(dir.path().join("no/such/folder.csv")).is_err());
        History::default().write_csv(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "epoch,learning_rate,loss,seconds\n");
    }
}
