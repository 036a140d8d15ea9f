//! The networks that people bring, from the literature: no kernel was made for them.

use std::fs;
use std::hint::black_box;

use congruent::Tensor;
use congruent::io::onnx;
use congruent::network::infer_one;
use congruent::prelude::*;
use measure::{Numbers, classes, keep, measure};

network! {
    /// MobileNet (Howard et al. 2017), a quarter as wide, for images of 96×96 pixels.
    struct MobileNet: [3, 96, 96] -> [10] {
        conv: Conv2d<3, 8, 3, Relu, stride = 2, padding = 1>,
        depth1: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point1: Conv2d<8, 16, 1, Relu>,
        depth2: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = 1>,
        point2: Conv2d<16, 32, 1, Relu>,
        depth3: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point3: Conv2d<32, 32, 1, Relu>,
        depth4: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = 1>,
        point4: Conv2d<32, 64, 1, Relu>,
        depth5: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point5: Conv2d<64, 64, 1, Relu>,
        depth6: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = 1>,
        point6: Conv2d<64, 128, 1, Relu>,
        depth7: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point7: Conv2d<128, 128, 1, Relu>,
        depth8: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point8: Conv2d<128, 128, 1, Relu>,
        depth9: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point9: Conv2d<128, 128, 1, Relu>,
        depth10: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point10: Conv2d<128, 128, 1, Relu>,
        depth11: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point11: Conv2d<128, 128, 1, Relu>,
        depth12: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = 1>,
        point12: Conv2d<128, 256, 1, Relu>,
        depth13: DepthwiseConv2d<_, 3, Relu, padding = 1>,
        point13: Conv2d<256, 256, 1, Relu>,
        pool: GlobalAvgPool,
        class: Dense<256, 10, Softmax>,
    }
}

network! {
    /// ResNet-8 (He et al. 2016, as in MLPerf Tiny) as it is trained.
    struct ResNet8: [3, 32, 32] -> [10] {
        conv: Conv2d<3, 16, 3, padding = 1, bias = false>,
        norm: BatchNorm2d,
        act: Relu,
        block1: Residual<
            Conv2d<16, 16, 3, padding = 1, bias = false>, BatchNorm2d, Relu,
            Conv2d<16, 16, 3, padding = 1, bias = false>, BatchNorm2d
        >,
        act1: Relu,
        block2: Residual<
            Conv2d<16, 32, 3, stride = 2, padding = 1, bias = false>, BatchNorm2d, Relu,
            Conv2d<32, 32, 3, padding = 1, bias = false>, BatchNorm2d,
            shortcut = Conv2d<16, 32, 1, stride = 2>
        >,
        act2: Relu,
        block3: Residual<
            Conv2d<32, 64, 3, stride = 2, padding = 1, bias = false>, BatchNorm2d, Relu,
            Conv2d<64, 64, 3, padding = 1, bias = false>, BatchNorm2d,
            shortcut = Conv2d<32, 64, 1, stride = 2>
        >,
        act3: Relu,
        pool: GlobalAvgPool,
        class: Dense<64, 10, Softmax>,
    }
}

network! {
    /// The same as it is used: the normalisations are in the convolutions.
    struct Folded: [3, 32, 32] -> [10] {
        conv: Conv2d<3, 16, 3, Relu, padding = 1>,
        block1: Residual<Conv2d<16, 16, 3, Relu, padding = 1>, Conv2d<16, 16, 3, padding = 1>>,
        act1: Relu,
        block2: Residual<
            Conv2d<16, 32, 3, Relu, stride = 2, padding = 1>, Conv2d<32, 32, 3, padding = 1>,
            shortcut = Conv2d<16, 32, 1, stride = 2>
        >,
        act2: Relu,
        block3: Residual<
            Conv2d<32, 64, 3, Relu, stride = 2, padding = 1>, Conv2d<64, 64, 3, padding = 1>,
            shortcut = Conv2d<32, 64, 1, stride = 2>
        >,
        act3: Relu,
        pool: GlobalAvgPool,
        class: Dense<64, 10, Softmax>,
    }
}

network! { struct One: [64, 32, 32] -> [64, 32, 32] { conv: Conv2d<64, 64, 3, Relu, padding = 1> } }
network! {
    struct Two: [64, 32, 32] -> [10] {
        a: Conv2d<64, 64, 3, Relu, padding = 1>,
        b: Conv2d<64, 64, 3, Relu, padding = 1>,
        pool: GlobalAvgPool,
        class: Dense<64, 10, Softmax>,
    }
}

network! { struct Reader: [64, 64] -> [10] { read: Lstm<64, 128, return = last>, class: Dense<128, 10, Softmax> } }
network! {
    struct Transformer: [64, 128] -> [10] {
        first: TransformerEncoder<128, 4, 512>,
        second: TransformerEncoder<128, 4, 512>,
        mean: MeanOverTime,
        class: Dense<128, 10, Softmax>,
    }
}

network! {
    struct Wide: [2048] -> [1000] { a: Dense<2048, 2048, Relu>, b: Dense<2048, 2048, Relu>, c: Dense<2048, 1000, Softmax> }
}

/// Samples of a network.
fn inputs<X: Tensor>(count: usize) -> Vec<X> {
    let mut numbers = Numbers::new();
    let mut sample = || {
        let mut sample = congruent::zeroed_box::<X>();
        sample.as_flat_mut().copy_from_slice(&numbers.take(X::COUNT));
        *sample
    };
    (0..count).map(|_| sample()).collect()
}

fn train<N, const B: usize>(name: &str)
where
    N: Network<Output = [f32; 10], Head = Softmax>,
    N::Input: Tensor,
{
    let (inputs, targets) = (inputs::<N::Input>(B), classes(B));
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(1e-4));
    let (mut network, mut workspace) = (N::seeded(1), Workspace::<N, Adam, B>::boxed());
    measure(&format!("train {name}, batch {B}"), || {
        keep(trainer.step(&mut *network, &mut workspace, black_box(&inputs), &targets).unwrap());
    });
}

fn one<N: Network>(name: &str)
where
    N::Input: Tensor,
{
    let (inputs, network) = (inputs::<N::Input>(1), N::seeded(1));
    measure(&format!("infer {name}, one sample"), || keep(infer_one(&*network, black_box(&inputs[0]))));
}

fn batch<N: Network>(name: &str, batch: usize)
where
    N::Input: Tensor,
{
    let (inputs, network) = (inputs::<N::Input>(batch), N::seeded(1));
    measure(&format!("infer {name}, batch {batch}"), || keep(network.predict(black_box(&inputs))));
}

const MOBILE: &str = "MobileNet 0.25, 96×96";
const RESNET: &str = "ResNet-8, 32×32";
const ONE: &str = "Conv2d 64-64, 32×32";
const TWO: &str = "two Conv2d 64-64, 32×32";
const LSTM: &str = "LSTM 64-128 over 64 steps";
const TRANSFORMER: &str = "Transformer 2×(128, 4, 512) over 64 steps";
const WIDE: &str = "2048-2048-2048-1000";

pub fn run() {
    one::<MobileNet>(MOBILE);
    one::<Folded>(RESNET);
    batch::<Folded>(RESNET, 32);
    one::<One>(ONE);
    one::<Reader>(LSTM);
    one::<Transformer>(TRANSFORMER);
    batch::<Transformer>(TRANSFORMER, 16);
    one::<Wide>(WIDE);
    train::<MobileNet, 8>(MOBILE);
    train::<ResNet8, 32>(&format!("{RESNET}, with norms"));
    train::<Two, 16>(TWO);
    train::<Reader, 32>(LSTM);
    train::<Transformer, 16>(TRANSFORMER);
}

/// Writes those that are used to files for ONNX Runtime.
pub fn save(folder: &str) {
    fn write<N: Network>(folder: &str, name: &str) {
        fs::write(format!("{folder}/{name}.onnx"), onnx::to_bytes(&*N::seeded(1)).unwrap()).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    write::<MobileNet>(folder, MOBILE);
    write::<Folded>(folder, RESNET);
    write::<One>(folder, ONE);
    write::<Reader>(folder, LSTM);
    write::<Transformer>(folder, TRANSFORMER);
    write::<Wide>(folder, WIDE);
}
