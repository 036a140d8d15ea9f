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

// every kind of convolution: with padding, in groups, of single channels, with a stride, turned around
network! {
    struct Photos: [400] -> [10] {
        shape: Reshape<[4, 10, 10]>,
        first: Conv2d<4, 24, 3, Gelu, padding = same>,
        groups: Conv2d<24, 36, 3, Relu, groups = 2>,
        depthwise: DepthwiseConv2d<36, 3, Relu, padding = same>,
        larger: ConvTranspose2d<36, 16, 2, Relu, stride = 2>,
        strided: Conv2d<16, 32, 3, Relu, stride = 2, remainder = drop>,
        flat: Flatten,
        output: Dense<1568, 10, Softmax>,
    }
}

/// The bits of parameters and outputs after some training.
fn train<N: Network<Input = [f32; 400], Output = [f32; 10], Head = Softmax>>() -> (Vec<u32>, Vec<u32>) {
    let inputs: Vec<[f32; 400]> =
        (0..301).map(|n| core::array::from_fn(|i| ((n * 31 + i * 17) % 101) as f32 / 101.0)).collect();
    let targets: Vec<usize> = (0..301).map(|n| n % 10).collect();
    let mut network = N::seeded(3);
    let mut workspace = Workspace::<N, Adam, 101>::boxed();
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

fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn threads_change_no_bit() {
    let alone = with_threads(1, train::<Wide>);
    for threads in [2, 3, 5] {
        assert!(with_threads(threads, train::<Wide>) == alone, "{threads} threads give other bits than one");
    }
}

#[test]
fn threads_change_no_bit_of_a_convolution() {
    let alone = with_threads(1, train::<Photos>);
    for threads in [2, 3, 5] {
        assert!(with_threads(threads, train::<Photos>) == alone, "{threads} threads give other bits than one");
    }
}

/// From a thread that is none of the pool's, work goes to the pool and comes back.
#[test]
fn neither_does_the_thread_that_asks() {
    // where the machine has one core, the pool of all has two threads yet
    let _ = ThreadPoolBuilder::new().num_threads(2).build_global();
    assert!(train::<Wide>() == with_threads(1, train::<Wide>), "from outside the pool the bits are others");
}
