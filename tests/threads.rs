//! However many threads there are, training and prediction give the same bits.

#![cfg(feature = "threads")]

use congruent::prelude::*;
use rayon::ThreadPoolBuilder;

// large enough that products, updates and predictions are all split
network! {
    struct Wide: [400] -> [10] {
        first: Dense<400, 601, Gelu>,
        second: Dense<601, 200, Relu>,
        output: Dense<200, 10, Softmax>,
    }
}

/// The bits of parameters and outputs after some training.
fn train() -> (Vec<u32>, Vec<u32>) {
    let inputs: Vec<[f32; 400]> =
        (0..301).map(|n| core::array::from_fn(|i| ((n * 31 + i * 17) % 101) as f32 / 101.0)).collect();
    let targets: Vec<usize> = (0..301).map(|n| n % 10).collect();
    let mut network = Wide::seeded(3);
    let mut workspace = Workspace::<Wide, Adam, 101>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001)).clip_norm(1.0);
    for _ in 0..2 {
        for (inputs, targets) in inputs.chunks(101).zip(targets.chunks(101)) {
            trainer.step(&mut *network, &mut workspace, inputs, targets).unwrap();
        }
    }
    let outputs = network.predict(&inputs);
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect();
    (bits(congruent::Parameters::as_flat(&*network)), bits(outputs.as_flattened()))
}

fn with_threads(threads: usize) -> (Vec<u32>, Vec<u32>) {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(train)
}

#[test]
fn threads_change_no_bit() {
    let alone = with_threads(1);
    for threads in [2, 3, 5] {
        assert!(with_threads(threads) == alone, "{threads} threads give other bits than one");
    }
}

/// From a thread that is none of the pool's, work goes to the pool and comes back.
#[test]
fn neither_does_the_thread_that_asks() {
    // where the machine has one core, the pool of all has more threads yet
    let _ = ThreadPoolBuilder::new().num_threads(2).build_global();
    assert!(train() == with_threads(1), "from outside the pool the bits are others");
}
