//! Files that are anything, for each format that is read: `tests/fuzz/run.sh`, which says what it needs.
//!
//! A file is read whole or not at all: what is refused leaves the network as it was. `tests/files/hostile.rs` does the same with fewer
//! and simpler mutations, each time the tests run.

use std::path::Path;

use congruent::Parameters;
use congruent::fit::FitError;
use congruent::history::History;
use congruent::io::{Weights, WeightsError};
use congruent::prelude::*;

network! {
    /// Images, with statistics that are kept but not trained.
    pub struct Encoder: [1, 4, 4] -> [4] {
        strokes: Conv2d<1, 2, 3, bias = false>,
        norm: BatchNorm2d,
        flat: Flatten,
        dense: Dense<8, 4, Relu>,
    }
}
network! {
    /// A network within a network.
    pub struct Classifier: [1, 4, 4] -> [3] { encoder: Encoder, output: Dense<4, 3, Softmax> }
}

/// Loads what has been read, or does not; then a part of it.
pub fn load(read: Result<Weights, WeightsError>) {
    let mut network = Classifier::zeroed();
    let Ok(weights) = read else { return };
    if weights.load(&mut network).is_err() {
        assert!(network.as_flat().iter().all(|number| *number == 0.0), "a part was loaded");
    }
    let _ = weights.convert().allow_not_finite().load_partial(&mut network);
}

/// A run of training that goes on from a checkpoint, if there is one.
pub fn fit(checkpoint: &Path) -> Result<History, FitError> {
    let inputs = (0..6).map(|i| [[[i as f32 / 6.0; 4]; 4]; 1]).collect();
    let data = Dataset::new(inputs, vec![0_usize, 1, 2, 0, 1, 2]).expect("as many inputs as classes");
    Fit::new(CrossEntropy::new(), Adam::new(0.01))
        .batch::<3>()
        .epochs(2)
        .metric(Accuracy::new())
        .validation(&data)
        .early_stopping(3)
        .checkpoint(checkpoint)
        .progress(ProgressMode::Quiet)
        .run(&mut *Classifier::seeded(1), &data)
}
