//! How long layers over sequences take: `cargo bench --bench recurrent`.

use congruent::layers::Last;
use congruent::plain::zeroed;
use congruent::prelude::*;
use congruent::{Chain, Gru, GruState, Lstm, Params, Sequential};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

type Steps = [[f32; 32]; 32];
type GruNet = Sequential<Chain<Gru<32, 64, Steps, Last>, Dense<64, 10, Softmax>>, Params<0, 19, 466>>;
type LstmNet = Sequential<Chain<Lstm<32, 64, Steps, Last>, Dense<64, 10, Softmax>>, Params<0, 25, 738>>;

fn sequences(count: usize) -> Vec<Steps> {
    let number = |n: usize, t: usize, i: usize| ((n * 31 + t * 7 + i * 17) % 101) as f32 / 50.0 - 1.0;
    (0..count).map(|n| core::array::from_fn(|t| core::array::from_fn(|i| number(n, t, i)))).collect()
}

/// A step of training with Adam and a batch of 32 sequences of 32 steps.
#[divan::bench(types = [GruNet, LstmNet])]
fn train<N: Network<Input = Steps, Output = [f32; 10], Head = Softmax>>(bencher: Bencher) {
    let (inputs, classes) = (sequences(32), (0..32).map(|n| n % 10).collect::<Vec<usize>>());
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, 32>::boxed());
    bencher.bench_local(|| trainer.step(&mut *network, &mut workspace, black_box(&inputs), &classes));
}

#[divan::bench(types = [GruNet, LstmNet])]
fn infer<N: Network<Input = Steps, Output = [f32; 10]>>(bencher: Bencher) {
    let (inputs, network) = (sequences(1), N::seeded(1));
    bencher.bench_local(|| congruent::network::infer_one(&*network, black_box(&inputs[0])));
}

/// One step of one sequence.
#[divan::bench]
fn gru_step(bencher: Bencher) {
    let network = GruNet::seeded(1);
    let (layer, input, mut state) = (&network.layers.first, sequences(1)[0][0], zeroed::<GruState<64>>());
    bencher.bench_local(|| black_box(layer).step(&mut state, black_box(&input)));
}
