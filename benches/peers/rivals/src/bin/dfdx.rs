//! dfdx on the workloads.

use dfdx::optim::{Adam, AdamConfig};
use dfdx::prelude::*;
use measure::{Numbers, classes, keep, measure};

type Tiny = ((Linear<784, 10>, ReLU), Linear<10, 10>);
type Small = ((Linear<784, 128>, ReLU), Linear<128, 10>);
type Middling = ((Linear<784, 512>, ReLU), (Linear<512, 512>, ReLU), Linear<512, 10>);

macro_rules! workloads {
    ($name:literal, $Network:ty, $($batch:literal)*) => {{
        let device = Cpu::default();
        $( {
            let mut network = device.build_module::<$Network, f32>();
            let mut gradients = Some(network.alloc_grads());
            let config = AdamConfig { lr: 1e-4, ..AdamConfig::default() };
            let mut adam = Adam::new(&network, config);
            let x: Tensor<Rank2<$batch, 784>, f32, _> = device.tensor(Numbers::new().take(784 * $batch));
            let mut targets = vec![0.0; 10 * $batch];
            classes($batch).into_iter().enumerate().for_each(|(n, class)| targets[10 * n + class] = 1.0);
            let targets: Tensor<Rank2<$batch, 10>, f32, _> = device.tensor(targets);
            measure(concat!("train ", $name, ", batch ", $batch), || {
                let tape = x.clone().traced(gradients.take().unwrap());
                let logits = network.forward_mut(tape);
                let loss = cross_entropy_with_logits_loss(logits, targets.clone());
                keep(loss.array());
                let mut new = loss.backward();
                adam.update(&mut network, &new).unwrap();
                network.zero_grads(&mut new);
                gradients = Some(new);
            });
        } )*
        let network = device.build_module::<$Network, f32>();
        let x: Tensor<Rank1<784>, f32, _> = device.tensor(Numbers::new().take(784));
        measure(concat!("infer ", $name, ", one sample"), || keep(network.forward(x.clone()).softmax()));
        let x: Tensor<Rank2<256, 784>, f32, _> = device.tensor(Numbers::new().take(784 * 256));
        measure(concat!("infer ", $name, ", batch 256"), || keep(network.forward(x.clone()).softmax::<Axis<1>>()));
    }};
}

fn main() {
    workloads!("784-10-10", Tiny, 32);
    workloads!("784-128-10", Small, 32 128);
    workloads!("784-512-512-10", Middling, 128 256);
}
