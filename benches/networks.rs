//! How long whole networks take through the public API: `cargo bench -p congruent-benches --bench networks`.
//!
//! `CONGRUENT_NUM_THREADS=1` gives the figures of one thread. How other crates do on the same work: `benches/peers`.

use congruent::prelude::*;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

network! { struct Tiny: [784] -> [10] { hidden: Dense<784, 10, Relu>, output: Dense<10, 10, Softmax> } }
network! { struct Small: [784] -> [10] { hidden: Dense<784, 128, Relu>, output: Dense<128, 10, Softmax> } }
network! {
    struct Middling: [784] -> [10] {
        hidden: Dense<784, 512, Relu>,
        second: Dense<512, 512, Relu>,
        output: Dense<512, 10, Softmax>,
    }
}
network! {
    struct Controller: [6] -> [4] { hidden: Dense<6, 64, Relu>, second: Dense<64, 8, Relu>, output: Dense<8, 4> }
}

fn images(count: usize) -> Vec<[f32; 784]> {
    (0..count).map(|n| core::array::from_fn(|i| ((n * 31 + i * 17) % 101) as f32 / 101.0)).collect()
}

/// A step of training with Adam and a batch of `B`.
#[divan::bench(types = [Tiny, Small], consts = [32, 128])]
fn train<N, const B: usize>(bencher: Bencher)
where
    N: Network<Input = [f32; 784], Output = [f32; 10], Head = Softmax>,
{
    let (inputs, classes) = (images(B), (0..B).map(|n| n % 10).collect::<Vec<_>>());
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, B>::boxed());
    bencher.bench_local(|| trainer.step(&mut *network, &mut workspace, black_box(&inputs), &classes));
}

#[divan::bench(consts = [128, 256])]
fn train_middling<const B: usize>(bencher: Bencher) {
    train::<Middling, B>(bencher);
}

/// One sample.
#[divan::bench(types = [Tiny, Small, Middling])]
fn infer<N: Network<Input = [f32; 784], Output = [f32; 10]>>(bencher: Bencher) {
    let (inputs, network) = (images(1), N::seeded(1));
    bencher.bench_local(|| congruent::network::infer_one(&*network, black_box(&inputs[0])));
}

/// 256 samples.
#[divan::bench(types = [Tiny, Small, Middling])]
fn predict<N: Network<Input = [f32; 784], Output = [f32; 10]>>(bencher: Bencher) {
    let (inputs, network) = (images(256), N::seeded(1));
    bencher.bench_local(|| network.predict(black_box(&inputs)));
}

const STATE: [f32; 6] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6];

/// A small controller, 6-64-8-4, one sample.
#[divan::bench]
fn controller(bencher: Bencher) {
    let network = Controller::seeded(1);
    bencher.bench_local(|| black_box(&network).forward(black_box(&STATE)));
}

/// The same as one writes it without a library.
#[divan::bench]
fn controller_by_hand(bencher: Bencher) {
    let network = Controller::seeded(1);
    bencher.bench_local(|| {
        let network = black_box(&network);
        let hidden = by_hand(&network.hidden, black_box(&STATE), true);
        let second = by_hand(&network.second, &hidden, true);
        by_hand(&network.output, &second, false)
    });
}

#[allow(clippy::needless_range_loop)] // as it is usually written
fn by_hand<const IN: usize, const OUT: usize, A>(layer: &Dense<IN, OUT, A>, x: &[f32; IN], relu: bool) -> [f32; OUT] {
    let mut y = [0.0; OUT];
    for o in 0..OUT {
        let mut sum = layer.bias[o];
        for i in 0..IN {
            sum += x[i] * layer.weight[o][i];
        }
        y[o] = if relu && sum < 0.0 { 0.0 } else { sum };
    }
    y
}
