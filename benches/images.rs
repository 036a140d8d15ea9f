//! How long networks over images take through the public API: `cargo bench -p congruent-benches --bench images`.
//!
//! `CONGRUENT_NUM_THREADS=1` gives the figures of one thread. How other crates do on the first of them: `benches/peers`.

use congruent::prelude::*;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

network! {
    /// What tutorials begin with: windows that are read where the image lies.
    struct Plain: [1, 28, 28] -> [10] {
        a: Conv2d<1, 8, 3, Relu>,
        b: MaxPool2d<2>,
        c: Conv2d<8, 16, 3, Relu>,
        d: MaxPool2d<2, remainder = drop>,
        e: Flatten,
        f: Dense<_, 10, Softmax>,
    }
}
network! {
    /// Lines are laid out for each window; the way back adds products where they belong.
    struct Strided: [1, 28, 28] -> [10] {
        a: Conv2d<1, 16, 3, Relu, padding = same>,
        b: Conv2d<16, 32, 3, Relu, stride = 2, padding = same>,
        c: Conv2d<32, 32, 3, Relu, stride = 2, padding = same>,
        d: GlobalAvgPool,
        e: Dense<_, 10, Softmax>,
    }
}
network! {
    /// As in MobileNet: each channel by itself, then all of each place.
    struct Separable: [1, 28, 28] -> [10] {
        a: Conv2d<1, 16, 3, Relu, stride = 2, padding = same>,
        b: DepthwiseConv2d<16, 3, Relu, padding = same>,
        c: Conv2d<16, 32, 1, Relu>,
        d: DepthwiseConv2d<32, 3, Relu, stride = 2, padding = same>,
        e: Conv2d<32, 32, 1, Relu>,
        f: GlobalAvgPool,
        g: Dense<_, 10, Softmax>,
    }
}
network! {
    /// Smaller and larger again.
    struct Hourglass: [1, 28, 28] -> [10] {
        a: Conv2d<1, 8, 3, Relu, stride = 2, padding = same>,
        b: ConvTranspose2d<8, 8, 2, Relu, stride = 2>,
        c: AvgPool2d<2>,
        d: GlobalAvgPool,
        e: Dense<_, 10, Softmax>,
    }
}

type Picture = [[[f32; 28]; 28]; 1];

fn images(count: usize) -> Vec<Picture> {
    let pixel = |n, y, x| ((n * 31 + y * 28 + x * 17) % 101) as f32 / 101.0;
    (0..count).map(|n| [core::array::from_fn(|y| core::array::from_fn(|x| pixel(n, y, x)))]).collect()
}

/// A step of training with Adam and a batch of 32.
#[divan::bench(types = [Plain, Strided, Separable, Hourglass])]
fn train<N>(bencher: Bencher)
where
    N: Network<Input = Picture, Output = [f32; 10], Head = Softmax>,
{
    let (inputs, classes) = (images(32), (0..32).map(|n| n % 10).collect::<Vec<usize>>());
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, 32>::boxed());
    bencher.bench_local(|| trainer.step(&mut *network, &mut workspace, black_box(&inputs), &classes));
}

/// One image.
#[divan::bench(types = [Plain, Strided, Separable, Hourglass])]
fn infer<N: Network<Input = Picture, Output = [f32; 10]>>(bencher: Bencher) {
    let (inputs, network) = (images(1), N::seeded(1));
    bencher.bench_local(|| congruent::network::infer_one(&*network, black_box(&inputs[0])));
}
