//! How long layers over sequences take: `cargo bench -p congruent-benches --bench recurrent`.

use congruent::GruState;
use congruent::prelude::*;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

network! { struct GruNet: [32, 32] -> [10] { read: Gru<32, 64, return = last>, output: Dense<64, 10, Softmax> } }
network! { struct LstmNet: [32, 32] -> [10] { read: Lstm<32, 64, return = last>, output: Dense<64, 10, Softmax> } }
network! {
    /// Sentences of up to 32 words.
    struct Words: [..32] -> [10] {
        embed: Embedding<1000, 32>,
        read: Gru<32, 64, return = last>,
        output: Dense<64, 10, Softmax>,
    }
}

type Steps = [[f32; 32]; 32];

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

/// The same, with words, of sentences that are half as long on average.
#[divan::bench]
fn train_words(bencher: Bencher) {
    let word = |n: usize, t: usize| Token(((n * 31 + t * 7) % 1000) as u32);
    let sentence = |n: usize| Padded::first_of(core::array::from_fn(|t| word(n, t)), n + 1).unwrap();
    let (inputs, classes) =
        ((0..32).map(sentence).collect::<Vec<_>>(), (0..32).map(|n| n % 10).collect::<Vec<usize>>());
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (Words::seeded(1), Workspace::<Words, Adam, 32>::boxed());
    bencher.bench_local(|| trainer.step(&mut *network, &mut workspace, black_box(&inputs), &classes));
}

/// One step of one sequence.
#[divan::bench(sample_count = 1000)]
fn gru_step(bencher: Bencher) {
    let (network, input, mut state) = (GruNet::seeded(1), sequences(1)[0][0], GruState { h: [0.0; 64] });
    bencher.bench_local(|| black_box(&network.read).step(&mut state, black_box(&input)));
}
