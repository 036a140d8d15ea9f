//! congruent on the workloads, built without target flags. `ours models FOLDER` writes networks to files of ONNX.

mod networks;

use std::hint::black_box;

use congruent::GruState;
use congruent::prelude::*;
use measure::{Numbers, classes, keep, measure};

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

network! {
    struct Photos: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3, Relu>,
        half: MaxPool2d<2>,
        parts: Conv2d<8, 16, 3, Relu>,
        quarter: MaxPool2d<2, remainder = drop>,
        flat: Flatten,
        output: Dense<400, 10, Softmax>,
    }
}

network! { struct Reader: [32, 32] -> [10] { read: Gru<32, 64, return = last>, output: Dense<64, 10, Softmax> } }

fn images(batch: usize) -> Vec<[f32; 784]> {
    Numbers::new().take(784 * batch).as_chunks().0.to_vec()
}

fn train<N: Network<Input = [f32; 784], Output = [f32; 10], Head = Softmax>, const B: usize>(name: &str) {
    let (inputs, targets) = (images(B), classes(B));
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let mut network = N::seeded(1);
    let mut workspace = Workspace::<N, Adam, B>::boxed();
    measure(&format!("train {name}, batch {B}"), || {
        keep(trainer.step(&mut *network, &mut workspace, black_box(&inputs), &targets).unwrap());
    });
}

/// Sequences of 32 steps of 32 numbers.
fn sequences(batch: usize) -> Vec<[[f32; 32]; 32]> {
    Numbers::new().take(32 * 32 * batch).as_chunks::<32>().0.as_chunks().0.to_vec()
}

fn train_sequences<const B: usize>() {
    let (inputs, targets) = (sequences(B), classes(B));
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let mut network = Reader::seeded(1);
    let mut workspace = Workspace::<Reader, Adam, B>::boxed();
    measure(&format!("train GRU 32-64 over 32 steps, dense 10, batch {B}"), || {
        keep(trainer.step(&mut *network, &mut workspace, black_box(&inputs), &targets).unwrap());
    });
}

fn train_photos<const B: usize>() {
    let (inputs, targets) = (photos(B), classes(B));
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let mut network = Photos::seeded(1);
    let mut workspace = Workspace::<Photos, Adam, B>::boxed();
    measure(&format!("train CNN 1-8-16-10, batch {B}"), || {
        keep(trainer.step(&mut *network, &mut workspace, black_box(&inputs), &targets).unwrap());
    });
}

fn photos(batch: usize) -> Vec<[[[f32; 28]; 28]; 1]> {
    images(batch).as_flattened().as_chunks::<28>().0.as_chunks::<28>().0.as_chunks().0.to_vec()
}

fn batch<N: Network<Input = [f32; 784], Output = [f32; 10]>>(name: &str, batch: usize) {
    let inputs = images(batch);
    let network = N::seeded(1);
    measure(&format!("infer {name}, batch {batch}"), || keep(network.predict(black_box(&inputs))));
}

/// A row of neurons as one writes it without a library.
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

fn main() {
    if let [_, command, folder] = &std::env::args().collect::<Vec<_>>()[..]
        && command == "models"
    {
        return networks::save(folder);
    }
    train::<Tiny, 32>("784-10-10");
    train::<Small, 32>("784-128-10");
    train::<Small, 128>("784-128-10");
    train::<Middling, 128>("784-512-512-10");
    train::<Middling, 256>("784-512-512-10");
    train_sequences::<32>();
    train_photos::<32>();

    let image = &images(1)[0];
    let network = Tiny::seeded(1);
    measure("infer 784-10-10, one sample", || keep(network.forward(black_box(image))));
    let network = Small::seeded(1);
    measure("infer 784-128-10, one sample", || keep(network.forward(black_box(image))));
    let network = Middling::seeded(1);
    measure("infer 784-512-512-10, one sample", || keep(network.forward(black_box(image))));

    let (network, photo) = (Photos::seeded(1), &photos(1)[0]);
    measure("infer CNN 1-8-16-10, one sample", || keep(network.forward(black_box(photo))));

    let network = Reader::seeded(1);
    let (mut state, input) = (GruState { h: [0.0; 64] }, sequences(1)[0][0]);
    measure("one step of a GRU 32-64, one sample", || {
        keep(black_box(&network.read).step(&mut state, black_box(&input)));
    });

    let network = Controller::seeded(1);
    let state = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6];
    measure("infer 6-64-8-4, one sample", || keep(network.forward(black_box(&state))));
    measure("infer 6-64-8-4, one sample, by hand", || {
        let network = black_box(&*network);
        let hidden = by_hand(&network.hidden, black_box(&state), true);
        let second = by_hand(&network.second, &hidden, true);
        keep(by_hand(&network.output, &second, false));
    });

    batch::<Tiny>("784-10-10", 256);
    batch::<Small>("784-128-10", 256);
    batch::<Middling>("784-512-512-10", 256);

    networks::run();
}
