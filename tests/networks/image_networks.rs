//! Two networks of the size that runs on microcontrollers: they train, and their constants are the memory they take.

#![cfg(feature = "std")]

use congruent::{Layer, Parameters, prelude::*};

use crate::memory_use;

network! {
    /// MobileNet (Howard et al. 2017), a quarter as wide, for images of 96×96 pixels.
    pub struct MobileNet: [3, 96, 96] -> [2] {
        conv: Conv2d<3, 8, 3, Relu, stride = 2, padding = same>,
        depth1: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point1: Conv2d<8, 16, 1, Relu>,
        depth2: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = same>,
        point2: Conv2d<16, 32, 1, Relu>,
        depth3: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point3: Conv2d<32, 32, 1, Relu>,
        depth4: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = same>,
        point4: Conv2d<32, 64, 1, Relu>,
        depth5: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point5: Conv2d<64, 64, 1, Relu>,
        depth6: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = same>,
        point6: Conv2d<64, 128, 1, Relu>,
        depth7: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point7: Conv2d<128, 128, 1, Relu>,
        depth8: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point8: Conv2d<128, 128, 1, Relu>,
        depth9: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point9: Conv2d<128, 128, 1, Relu>,
        depth10: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point10: Conv2d<128, 128, 1, Relu>,
        depth11: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point11: Conv2d<128, 128, 1, Relu>,
        depth12: DepthwiseConv2d<_, 3, Relu, stride = 2, padding = same>,
        point12: Conv2d<128, 256, 1, Relu>,
        depth13: DepthwiseConv2d<_, 3, Relu, padding = same>,
        point13: Conv2d<256, 256, 1, Relu>,
        pool: GlobalAvgPool,
        person: Dense<256, 2, Softmax>,
    }
}

network! {
    /// ResNet-8 (He et al. 2016, as in MLPerf Tiny) for images of 32×32 pixels.
    pub struct ResNet8: [3, 32, 32] -> [10] {
        conv: Conv2d<3, 16, 3, padding = same, bias = false>,
        norm: BatchNorm2d,
        act: Relu,
        block1: Residual<
            Conv2d<16, 16, 3, padding = same, bias = false>, BatchNorm2d, Relu,
            Conv2d<16, 16, 3, padding = same, bias = false>, BatchNorm2d
        >,
        act1: Relu,
        block2: Residual<
            Conv2d<16, 32, 3, stride = 2, padding = 1, bias = false>, BatchNorm2d, Relu,
            Conv2d<32, 32, 3, padding = same, bias = false>, BatchNorm2d,
            shortcut = Conv2d<16, 32, 1, stride = 2>
        >,
        act2: Relu,
        block3: Residual<
            Conv2d<32, 64, 3, stride = 2, padding = 1, bias = false>, BatchNorm2d, Relu,
            Conv2d<64, 64, 3, padding = same, bias = false>, BatchNorm2d,
            shortcut = Conv2d<32, 64, 1, stride = 2>
        >,
        act3: Relu,
        pool: GlobalAvgPool,
        class: Dense<64, 10, Softmax>,
    }
}

/// What `work` takes from the heap.
fn taken<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = memory_use::taken();
    let result = work();
    (result, memory_use::taken() - before)
}

/// Does it on one thread: to hand work over to others, a pool takes memory of its own.
fn alone<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(feature = "threads")]
    return congruent::with_threads(1, work);
    #[cfg(not(feature = "threads"))]
    work()
}

/// Images whose class shows in their brightness.
fn images<N: Layer<Input: Parameters>>(classes: usize) -> (Vec<N::Input>, Vec<usize>) {
    let labels: Vec<usize> = (0..4).map(|i| i % classes).collect();
    let mut images: Vec<N::Input> = (0..4).map(|_| congruent::plain::zeroed()).collect();
    for (image, label) in images.iter_mut().zip(&labels) {
        for (i, pixel) in image.as_flat_mut().iter_mut().enumerate() {
            *pixel = (i * 7919 % 97) as f32 / 97.0 * (*label as f32 - 0.5);
        }
    }
    (images, labels)
}

macro_rules! train {
    ($Network:ident, $classes:literal) => {{
        let (images, labels) = images::<$Network>($classes);
        let (mut network, bytes) = taken(|| $Network::seeded(1));
        // on the heap a value fills whole lines of the cache
        assert_eq!(bytes, $Network::PARAMETER_BYTES.next_multiple_of(64));
        let (mut workspace, bytes) = taken(Workspace::<$Network, Adam, 4>::boxed);
        assert_eq!(bytes, Workspace::<$Network, Adam, 4>::BYTES.next_multiple_of(64));
        let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.002));
        let mut losses = Vec::with_capacity(30);
        let (_, bytes) = taken(|| {
            for _ in 0..30 {
                losses.push(trainer.step(&mut *network, &mut workspace, &images, &labels).unwrap());
            }
        });
        assert_eq!(bytes, 0, "training takes nothing from the heap");
        assert!(losses[29] < 0.5 * losses[0] && losses[29].is_finite(), "{losses:?}");
        let (scratch, bytes) = taken(congruent::zeroed_box::<<$Network as Layer>::Scratch<1>>);
        assert_eq!(bytes, $Network::INFERENCE_BYTES);
        drop(scratch);
        network
    }};
}

#[test]
fn a_mobile_net_trains_in_the_memory_it_states() {
    let points = [[8, 16], [16, 32], [32, 32], [32, 64], [64, 64], [64, 128], [128, 256], [256, 256]];
    let parameters: usize =
        points.iter().map(|[c, f]| c * 10 + c * f + f).sum::<usize>() + 5 * (1280 + 128 * 128 + 128);
    assert_eq!(MobileNet::PARAMETERS, parameters + (3 * 8 * 9 + 8) + (256 * 2 + 2));
    assert_eq!(MobileNet::SUMMARY.macs(), MobileNet::MACS);
    assert_eq!(MobileNet::SUMMARY.parameters() as usize, MobileNet::PARAMETERS);
    // the largest moment: input and output of a layer on 48×48 pixels, and the lines being worked on
    const { assert!(MobileNet::INFERENCE_BYTES <= 4 * (48 * 48 * (8 + 16) + 4096)) };
    alone(|| train!(MobileNet, 2));
}

#[test]
fn a_resnet_8_trains_in_the_memory_it_states() {
    let weights = 9 * (3 * 16 + 2 * 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64);
    let norms = 4 * (16 * 3 + 32 * 2 + 64 * 2);
    let shortcuts = (16 * 32 + 32) + (32 * 64 + 64);
    assert_eq!(ResNet8::PARAMETERS, weights + norms + shortcuts + 650);
    let network = alone(|| train!(ResNet8, 10));
    assert!(network.norm.running_var.iter().all(|variance| *variance > 0.0 && *variance != 1.0));
    // running statistics have no gradient
    type Gradient = <ResNet8 as Layer>::Gradient;
    let trained = <Gradient as congruent::GradientOf<ResNet8>>::TRAINED;
    assert_eq!(trained, ResNet8::PARAMETERS - norms / 2);
}

const COLORS: usize = 3;
const SIDE: usize = 17;
const FILTERS: usize = 6;
const KERNEL: usize = 3;
const TWO: usize = 2;
const THREE: usize = 3;

network! {
    /// Sizes that only the compiler knows.
    #[deny(warnings)]
    struct Named: [COLORS, SIDE, SIDE] -> [10] {
        conv: Conv2d<COLORS, FILTERS, KERNEL, Relu, stride = TWO, padding = 1>,
        norm: BatchNorm2d,
        depth: DepthwiseConv2d<_, KERNEL, padding = same>,
        groups: Conv2d<_, FILTERS, (KERNEL, 1), groups = THREE>,
        pool: MaxPool2d<TWO, remainder = drop>,
        block: Residual<Conv2d<_, FILTERS, KERNEL, padding = same>>,
        both: Concat<Conv2d<_, FILTERS, 1>, Linear>,
        larger: ConvTranspose2d<_, COLORS, TWO, stride = TWO>,
        up: Upsample2d<TWO>,
        border: ZeroPad2d<1>,
        channels: GlobalAvgPool,
        digit: Dense<_, 10, Softmax>,
    }
}

network! {
    /// The same in numbers.
    struct Numbers: [3, 17, 17] -> [10] {
        conv: Conv2d<3, 6, 3, Relu, stride = 2, padding = 1>,
        norm: BatchNorm2d,
        depth: DepthwiseConv2d<6, 3, padding = same>,
        groups: Conv2d<6, 6, (3, 1), groups = 3>,
        pool: MaxPool2d<2, remainder = drop>,
        block: Residual<Conv2d<6, 6, 3, padding = same>>,
        both: Concat<Conv2d<6, 6, 1>, Linear>,
        larger: ConvTranspose2d<12, 3, 2, stride = 2>,
        up: Upsample2d<2>,
        border: ZeroPad2d<1>,
        channels: GlobalAvgPool,
        digit: Dense<3, 10, Softmax>,
    }
}

#[test]
fn named_sizes_give_the_same_network_as_numbers() {
    let (named, numbers) = (Named::seeded(3), Numbers::seeded(3));
    assert_eq!(named.as_flat(), numbers.as_flat());
    let (images, _) = images::<Numbers>(3);
    assert_eq!(named.predict(&images), numbers.predict(&images));
    assert_eq!((Named::MACS, Named::INFERENCE_BYTES), (Numbers::MACS, Numbers::INFERENCE_BYTES));
}

#[test]
fn layers_fold_away() {
    network! {
        struct Trained: [3, 9, 7] -> [4, 5, 4] {
            conv: Conv2d<3, 4, 3, stride = 2, padding = 1, bias = false>,
            norm: BatchNorm2d,
            act: Relu,
        }
    }
    network! { struct Folded: [3, 9, 7] -> [4, 5, 4] { conv: Conv2d<3, 4, 3, Relu, stride = 2, padding = 1> } }
    let mut trained = Trained::seeded(1);
    trained.norm.running_mean = [0.5, -0.25, 0.125, 0.0];
    trained.norm.running_var = [2.0, 0.5, 1.0, 4.0];
    trained.norm.weight = [1.0, -2.0, 0.5, 3.0];
    trained.norm.bias = [0.1, 0.2, -0.3, 0.4];
    let mut folded = Folded::seeded(2);
    folded.conv.fold(&trained.conv, &trained.norm);
    let (images, _) = images::<Folded>(2);
    let (a, b) = (trained.predict(&images), folded.predict(&images));
    let flat = congruent::plain::flatten::<[[[f32; 4]; 5]; 4]>;
    assert!(flat(&a).iter().zip(flat(&b)).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!(flat(&a).iter().any(|y| *y > 0.1));
}
