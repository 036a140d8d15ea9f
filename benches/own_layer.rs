//! A layer as a user writes it, with `congruent::ops`, beside the built-in one: `cargo bench -p congruent-benches --bench own_layer`.

use congruent::prelude::*;
use divan::{Bencher, black_box};

include!("../tests/common/own_dense.rs");

fn main() {
    divan::main();
}

network! { struct BuiltIn: [784] -> [10] { hidden: Dense<784, 128, Relu>, output: Dense<128, 10, Softmax> } }
network! { struct Own: [784] -> [10] { hidden: self::OwnDense<784, 128>, output: Dense<128, 10, Softmax> } }
network! { struct SmallBuiltIn: [6] -> [4] { hidden: Dense<6, 64, Relu>, output: Dense<64, 4, Softmax> } }
network! { struct SmallOwn: [6] -> [4] { hidden: self::OwnDense<6, 64>, output: Dense<64, 4, Softmax> } }

/// A step of training with Adam and 64 samples.
#[divan::bench(types = [BuiltIn, Own])]
fn train<N: Network<Input = [f32; 784], Output = [f32; 10], Head = Softmax>>(bencher: Bencher) {
    step::<N, 784, 10>(bencher);
}

#[divan::bench(types = [SmallBuiltIn, SmallOwn])]
fn train_small<N: Network<Input = [f32; 6], Output = [f32; 4], Head = Softmax>>(bencher: Bencher) {
    step::<N, 6, 4>(bencher);
}

/// One sample.
#[divan::bench(types = [BuiltIn, Own])]
fn infer<N: Network<Input = [f32; 784], Output = [f32; 10]>>(bencher: Bencher) {
    let network = N::seeded(1);
    bencher.bench_local(|| congruent::network::infer_one(&*network, black_box(&[0.5; 784])));
}

#[divan::bench(types = [SmallBuiltIn, SmallOwn])]
fn infer_small<N: Network<Input = [f32; 6], Output = [f32; 4]>>(bencher: Bencher) {
    let network = N::seeded(1);
    bencher.bench_local(|| congruent::network::infer_one(&*network, black_box(&[0.5; 6])));
}

fn step<N, const IN: usize, const OUT: usize>(bencher: Bencher)
where
    N: Network<Input = [f32; IN], Output = [f32; OUT], Head = Softmax>,
{
    let inputs: Vec<[f32; IN]> =
        (0..64).map(|n| core::array::from_fn(|i| ((n * 31 + i * 17) % 101) as f32 / 101.0)).collect();
    let classes: Vec<usize> = (0..64).map(|n| n % OUT).collect();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, 64>::boxed());
    bencher.bench_local(|| trainer.step(&mut *network, &mut workspace, black_box(&inputs), &classes));
}
