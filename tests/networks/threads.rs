//! However many threads there are, training and prediction give the same bits.

#![cfg(feature = "threads")]

use congruent::{Parameters, prelude::*};
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

// planes so small that several samples are worked on at a time
network! {
    struct Thumbnails: [400] -> [10] {
        wide: Dense<400, 576, Relu>,
        shape: Reshape<[64, 3, 3]>,
        first: Conv2d<64, 64, 3, Relu, padding = same>,
        flat: Flatten,
        output: Dense<576, 10, Softmax>,
    }
}

// products of few rows
network! { struct Reader: [8, 50] -> [10] { read: Gru<50, 256, return = last>, output: Dense<256, 10, Softmax> } }

/// The bits of parameters and outputs after some training with batches of so many samples.
fn train<N, const B: usize>() -> (Vec<u32>, Vec<u32>)
where
    N: Network<Input: Parameters, Output = [f32; 10], Head = Softmax>,
{
    let mut inputs: Vec<N::Input> = (0..3 * B - 2).map(|_| congruent::plain::zeroed()).collect();
    for (n, input) in inputs.iter_mut().enumerate() {
        for (i, number) in input.as_flat_mut().iter_mut().enumerate() {
            *number = ((n * 31 + i * 17) % 101) as f32 / 101.0;
        }
    }
    let targets: Vec<usize> = (0..inputs.len()).map(|n| n % 10).collect();
    let mut network = N::seeded(3);
    let mut workspace = Workspace::<N, Adam, B>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001)).clip_norm(1.0);
    for _ in 0..2 {
        for (inputs, targets) in inputs.chunks(B).zip(targets.chunks(B)) {
            trainer.step(&mut *network, &mut workspace, inputs, targets).unwrap();
        }
    }
    let outputs = network.predict(&inputs);
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect();
    (bits(network.as_flat()), bits(outputs.as_flattened()))
}

fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Trains with one thread and with several.
fn check<N, const B: usize>()
where
    N: Network<Input: Parameters, Output = [f32; 10], Head = Softmax>,
{
    let alone = with_threads(1, train::<N, B>);
    for threads in [2, 3, 5, 8] {
        assert!(with_threads(threads, train::<N, B>) == alone, "{threads} threads give other bits than one");
    }
}

#[test]
fn threads_change_no_bit() {
    check::<Wide, 101>();
}

#[test]
fn threads_change_no_bit_of_a_convolution() {
    check::<Photos, 21>();
    check::<Thumbnails, 9>();
    check::<Thumbnails, 12>();
    check::<Thumbnails, 32>();
}

#[test]
fn threads_change_no_bit_of_a_sequence() {
    check::<Reader, 5>();
    check::<Reader, 20>();
    check::<Reader, 32>();
}

/// From a thread that is none of the pool's, work goes to the pool and comes back.
#[test]
fn neither_does_the_thread_that_asks() {
    // where the machine has one core, the pool of all has two threads yet
    let _ = ThreadPoolBuilder::new().num_threads(2).build_global();
    assert!(train::<Wide, 101>() == with_threads(1, train::<Wide, 101>), "from outside the pool the bits are others");
}
