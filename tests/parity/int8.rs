//! Int8 layers against TensorFlow Lite's reference kernels: `tests/golden/int8.py` wrote what these give, and the bits must be the same.

use congruent::int8::{Ending, Int8Activation, Quantization, Rounding, SoftmaxInt8, TableInt8};
use congruent::prelude::*;

use crate::golden::Golden;

const NONE: [f32; 2] = [f32::NEG_INFINITY, f32::INFINITY];
const RELU: [f32; 2] = [0.0, f32::INFINITY];
const RELU6: [f32; 2] = [0.0, 6.0];

fn golden() -> Golden {
    Golden::read("int8.txt")
}

fn integers(golden: &Golden, name: &str) -> Vec<i8> {
    golden.values(name).iter().map(|value| *value as i8).collect()
}

fn biases<const N: usize>(golden: &Golden, name: &str) -> [i32; N] {
    let biases: Vec<i32> = golden.values(&format!("{name}/bias")).iter().map(|value| *value as i32).collect();
    biases.try_into().expect("as many biases as outputs")
}

fn quantization(golden: &Golden, name: &str) -> Quantization {
    let [scale, zero_point] = golden.values(name) else { panic!("`{name}` is a scale and a zero point") };
    Quantization { scale: *scale, zero_point: *zero_point as i32 }
}

fn rows<const N: usize>(values: &[i8]) -> Vec<[i8; N]> {
    values.as_chunks().0.to_vec()
}

/// An image with its channels first, of one with its channels last.
fn channels_first<const C: usize, const H: usize, const W: usize>(values: &[i8]) -> [[[i8; W]; H]; C] {
    assert_eq!(values.len(), C * H * W);
    let at = |c: usize, y: usize, x: usize| values[(y * W + x) * C + c];
    core::array::from_fn(|c| core::array::from_fn(|y| core::array::from_fn(|x| at(c, y, x))))
}

/// A dense layer of golden parameters over golden inputs; as `y`, and by the other rounding as `micro`.
macro_rules! dense {
    ($name:literal, $inputs:literal, $outputs:literal, $bounds:expr) => {{
        network! { #[int8] struct Net: [$inputs] -> [$outputs] { dense: Dense<$inputs, $outputs> } }
        let golden = golden();
        let of = |what: &str| format!("{}/{what}", $name);
        let mut net = NetInt8::zeroed();
        let weight: [[i8; $inputs]; $outputs] =
            rows(&integers(&golden, &of("weight"))).try_into().expect("a row for each output");
        let (input, output) = (quantization(&golden, &of("input")), quantization(&golden, &of("output")));
        let parameters = (&weight, &biases(&golden, $name), golden.values(&of("scale")));
        net.dense.set(parameters, input, (output, $bounds));
        for (what, rounding) in [("y", Rounding::Once), ("micro", Rounding::Twice)] {
            if what == "micro" && !golden.has(&of(what)) {
                continue;
            }
            net.dense.round(rounding);
            let samples = rows::<$inputs>(&integers(&golden, &of("x")));
            let found: Vec<i8> = samples.iter().flat_map(|x| net.forward_int8(x)).collect();
            assert_eq!(found, integers(&golden, &of(what)), "{}", of(what));
        }
    }};
}

#[test]
fn dense_layers_round_as_the_kernel_that_they_follow() {
    dense!("dense/tensor", 33, 7, NONE);
    dense!("dense/channel", 64, 10, NONE);
    dense!("dense/relu", 64, 10, RELU);
    dense!("dense/relu6", 64, 10, RELU6);
    dense!("dense/large", 16, 6, NONE);
    assert!(golden().has("dense/relu6/micro"), "somewhere the two roundings differ");
}

/// A convolution of golden parameters over a golden image.
macro_rules! conv {
    ($name:literal, $input:tt -> [$filters:literal, $height:literal, $width:literal], [$($layer:tt)*], $bounds:expr) => {{
        network! { #[int8] struct Net: $input -> [$filters, $height, $width] { conv: $($layer)* } }
        let golden = golden();
        let of = |what: &str| format!("{}/{what}", $name);
        let mut net = NetInt8::zeroed();
        let (input, output) = (quantization(&golden, &of("input")), quantization(&golden, &of("output")));
        let weight = integers(&golden, &of("weight"));
        net.conv.set((&weight, &biases(&golden, $name), golden.values(&of("scale"))), input, (output, $bounds));
        let found = net.forward_int8(&channels_first(&integers(&golden, &of("x"))));
        let expected = channels_first::<$filters, $height, $width>(&integers(&golden, &of("y")));
        assert_eq!(found, expected, "{}", $name);
        assert!(!golden.has(&of("micro")), "the two references agree");
    }};
}

#[test]
fn convolutions_give_the_bits_of_the_reference() {
    conv!("conv/plain", [3, 7, 6] -> [5, 5, 5], [Conv2d<3, 5, (3, 2)>], NONE);
    conv!("conv/same", [4, 7, 6] -> [6, 7, 6], [Conv2d<4, 6, 3, padding = same>], RELU);
    conv!("conv/stride", [1, 9, 8] -> [5, 5, 4], [Conv2d<1, 5, (4, 3), stride = 2, padding = same>], NONE);
    conv!("conv/dilation", [2, 9, 8] -> [3, 5, 4], [Conv2d<2, 3, 3, dilation = 2>], NONE);
    conv!("conv/pointwise", [8, 5, 5] -> [6, 5, 5], [Conv2d<8, 6, 1>], NONE);
}

#[test]
fn depthwise_convolutions_give_the_bits_of_the_reference() {
    conv!("depthwise/same", [8, 6, 7] -> [8, 6, 7], [DepthwiseConv2d<8, 3, padding = same>], RELU6);
    conv!("depthwise/stride", [5, 7, 7] -> [5, 4, 4], [DepthwiseConv2d<5, 3, stride = 2, padding = same>], NONE);
}

/// A pool of golden images.
macro_rules! pool {
    ($name:literal, $input:tt -> [$channels:literal, $height:literal, $width:literal], $($layers:tt)*) => {{
        network! { #[int8] struct Net: $input -> [$channels, $height, $width] { $($layers)* } }
        let golden = golden();
        let of = |what: &str| format!("{}/{what}", $name);
        let found = NetInt8::zeroed().forward_int8(&channels_first(&integers(&golden, &of("x"))));
        assert_eq!(found, channels_first::<$channels, $height, $width>(&integers(&golden, &of("y"))), "{}", $name);
        assert!(!golden.has(&of("micro")), "the two references agree");
    }};
}

#[test]
fn pools_give_the_bits_of_the_reference() {
    pool!("average/window", [3, 6, 6] -> [3, 3, 3], pool: AvgPool2d<2>);
    pool!("average/odd", [2, 7, 7] -> [2, 3, 3], pool: AvgPool2d<3, stride = 2>);
    pool!("average/whole", [6, 5, 5] -> [6, 1, 1], pool: AvgPool2d<5>);
    pool!("average/whole", [6, 5, 5] -> [6, 1, 1], pool: GlobalAvgPool, shape: Reshape<[6, 1, 1]>);
    pool!("max/window", [3, 6, 6] -> [3, 3, 3], pool: MaxPool2d<2>);
    pool!("max/same", [2, 7, 7] -> [2, 4, 4], pool: MaxPool2d<3, stride = 2, padding = 1>);
}

#[test]
fn softmax_gives_the_bits_of_the_reference() {
    let golden = golden();
    for name in ["softmax", "softmax/steep", "softmax/flat"] {
        let mut softmax = SoftmaxInt8::ZERO;
        let input = quantization(&golden, &format!("{name}/input"));
        assert_eq!(Softmax::alone(input, [0.0, 1.0], &mut softmax), Quantization::UNIT);
        let mut found = rows::<12>(&integers(&golden, &format!("{name}/x")));
        found.iter_mut().for_each(|row| softmax.apply(row));
        assert_eq!(found.as_flattened(), integers(&golden, &format!("{name}/y")), "{name}");
    }
}

/// A table set for golden scales.
fn check_table<A: Int8Activation<Alone = TableInt8>>(name: &str) {
    let golden = golden();
    let mut table = TableInt8::ZERO;
    let input = quantization(&golden, &format!("{name}/input"));
    let output = quantization(&golden, &format!("{name}/output"));
    let found = A::alone(input, [-128, 127].map(|end| output.dequantize(end)), &mut table);
    assert_eq!(found.zero_point, output.zero_point);
    assert!((found.scale / output.scale - 1.0).abs() < 1e-6);
    let mut found = integers(&golden, &format!("{name}/x"));
    table.apply(&mut found);
    assert_eq!(found, integers(&golden, &format!("{name}/y")), "{name}");
}

#[test]
fn tables_hold_the_bits_of_the_reference() {
    check_table::<Sigmoid>("logistic");
    check_table::<Sigmoid>("logistic/wide");
    check_table::<Tanh>("tanh");
    check_table::<Tanh>("tanh/wide");
    check_table::<LeakyRelu>("leaky_relu");
}
