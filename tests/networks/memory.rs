//! Training takes memory for the parameters, their gradient and the state of the optimizer, for the batch, and for little else.

#![cfg(feature = "std")]

use std::process::Command;

use congruent::prelude::*;

use crate::memory_use::peak;

network! {
    struct Middling: [784] -> [10] {
        hidden: Dense<784, 512, Relu>,
        second: Dense<512, 512, Relu>,
        output: Dense<512, 10, Softmax>,
    }
}

const BATCH: usize = 128;

/// Set for the process in which this test alone runs, so that all that is allocated meanwhile is its own.
const ALONE: &str = "CONGRUENT_MEMORY_TEST";

#[test]
fn training_takes_little_more_than_its_parameters_and_its_batch() {
    if std::env::var_os(ALONE).is_none() {
        let name = "memory::training_takes_little_more_than_its_parameters_and_its_batch";
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let output = alone.args(["--exact", name, "--nocapture"]).env(ALONE, "1").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        return;
    }
    let targets: Vec<usize> = (0..BATCH).map(|n| n % 10).collect();
    let inputs: Vec<[f32; 784]> = targets.iter().map(|class| [*class as f32 / 10.0; 784]).collect();
    let peak = peak(|| {
        let mut network = Middling::seeded(1);
        let mut workspace = Workspace::<Middling, Adam, BATCH>::boxed();
        let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001));
        for _ in 0..3 {
            trainer.step(&mut *network, &mut workspace, &inputs, &targets).unwrap();
        }
    });
    let state = 2; // Adam's numbers for each parameter
    let parameters = Middling::PARAMETER_BYTES * (2 + state);
    // what flows between the layers, forward and backward, for each sample
    let batch = 2 * 4 * (512 + 512 + 10) * BATCH;
    println!("peak {peak} bytes, {parameters} for the parameters, {batch} for the batch");
    assert!(peak as f64 <= 1.2 * (parameters + batch) as f64);
}
