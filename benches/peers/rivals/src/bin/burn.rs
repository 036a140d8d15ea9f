//! burn on its flex backend on the workloads.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use measure::{Numbers, classes, keep, measure};

#[derive(Module, Debug)]
struct Mlp {
    layers: Vec<Linear>,
}

impl Mlp {
    fn new(sizes: &[usize], device: &Device) -> Mlp {
        Mlp { layers: sizes.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(device)).collect() }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let mut x = x;
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            if i + 1 < self.layers.len() {
                x = activation::relu(x);
            }
        }
        x
    }
}

fn images(batch: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(Numbers::new().take(784 * batch), [batch, 784]), device)
}

fn train(name: &str, sizes: &[usize], batch: usize) {
    let device = Device::flex().autodiff();
    let mut network = Some(Mlp::new(sizes, &device));
    let mut adam = AdamConfig::new().init();
    let loss = CrossEntropyLossConfig::new().init(&device);
    let x = images(batch, &device);
    let targets: Vec<i64> = classes(batch).into_iter().map(|class| class as i64).collect();
    let targets = Tensor::<1, Int>::from_data(TensorData::new(targets, [batch]), &device);
    measure(&format!("train {name}, batch {batch}"), || {
        let before = network.take().unwrap();
        let loss = loss.forward(before.forward(x.clone()), targets.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &before);
        keep(loss);
        network = Some(adam.step(1e-4, before, gradients));
    });
}

fn infer(name: &str, sizes: &[usize]) {
    let device = Device::flex();
    let network = Mlp::new(sizes, &device);
    for (batch, label) in [(1, "one sample"), (256, "batch 256")] {
        let x = images(batch, &device);
        measure(&format!("infer {name}, {label}"), || {
            keep(activation::softmax(network.forward(x.clone()), 1));
        });
    }
}

fn main() {
    train("784-10-10", &[784, 10, 10], 32);
    train("784-128-10", &[784, 128, 10], 32);
    train("784-128-10", &[784, 128, 10], 128);
    train("784-512-512-10", &[784, 512, 512, 10], 128);
    train("784-512-512-10", &[784, 512, 512, 10], 256);
    infer("784-10-10", &[784, 10, 10]);
    infer("784-128-10", &[784, 128, 10]);
    infer("784-512-512-10", &[784, 512, 512, 10]);
}
