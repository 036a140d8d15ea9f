//! Parity with PyTorch of the layers over images and signals, against the file that `golden/convolution.py` writes.

use congruent::plain::{Parameters, zeroed};
use congruent::shape::Tensor;
use congruent::{GradientOf, Layer, Pass, prelude::*};

use crate::golden::Golden;

/// Checks inference, forward, and all derivatives of a network whose parameters, in order, are the numbers of an array.
fn check<N: Network<Input: Tensor, Output: Tensor>>(name: &str) {
    let golden = Golden::read("convolution.txt");
    let mut network = zeroed::<N>();
    if N::COUNT > 0 {
        network.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    }
    let x = golden.samples(&format!("{name}/x"));
    let mut y = vec![zeroed(); x.len()];
    network.infer::<8>(&x, &mut y, &mut zeroed());
    golden.check(&format!("{name}/y"), &y);

    let mut tape = zeroed::<N::Tape<8>>();
    y.fill(zeroed());
    network.forward::<8>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    golden.check(&format!("{name}/y"), &y);

    let mut dy = golden.samples(&format!("{name}/dy"));
    let mut dx = vec![zeroed(); x.len()];
    let mut gradient: N::Gradient = zeroed();
    network.backward::<8>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    golden.check(&format!("{name}/dx"), &dx);
    if N::COUNT > 0 {
        golden.check(&format!("{name}/gradient"), gradient.as_flat());
    }
}

macro_rules! case {
    ($test:ident, $name:literal, $network:ty) => {
        #[test]
        fn $test() {
            check::<$network>($name);
        }
    };
}

case!(conv2d_plain, "conv2d/plain", network![[2, 7, 9] -> [3, 5, 7]; Conv2d<2, 3, 3>]);
case!(conv2d_one, "conv2d/one", network![[3, 5, 7] -> [5, 5, 7]; Conv2d<_, 5, 1>]);
case!(conv2d_one_stride, "conv2d/one_stride", network![[3, 5, 7] -> [5, 3, 4]; Conv2d<3, 5, 1, stride = 2>]);
case!(conv2d_many_filters, "conv2d/many_filters", network![[1, 4, 21] -> [13, 2, 19]; Conv2d<1, 13, 3, Relu>]);
case!(conv2d_wide, "conv2d/wide", network![[1, 3, 37] -> [2, 2, 35]; Conv2d<1, 2, (2, 3), Tanh>]);
case!(conv2d_gelu, "conv2d/gelu", network![[2, 5, 6] -> [3, 5, 6]; Conv2d<2, 3, 3, Gelu, padding = 1>]);
case!(conv2d_stride, "conv2d/stride", network![[2, 8, 9] -> [3, 3, 4]; Conv2d<2, 3, 3, stride = 2, remainder = drop>]);
case!(
    conv2d_stride_apart,
    "conv2d/stride_apart",
    network![[2, 5, 11] -> [3, 3, 4]; Conv2d<2, 3, (3, 2), stride = (1, 3)>]
);
case!(conv2d_padding, "conv2d/padding", network![[2, 5, 7] -> [3, 5, 7]; Conv2d<2, 3, 3, padding = 1>]);
case!(
    conv2d_padding_apart,
    "conv2d/padding_apart",
    network![[2, 5, 7] -> [3, 3, 7]; Conv2d<2, 3, (3, 5), padding = (0, 2)>]
);
case!(
    conv2d_stride_padding,
    "conv2d/stride_padding",
    network![[2, 8, 7] -> [3, 4, 4]; Conv2d<2, 3, 3, stride = 2, padding = 1>]
);
case!(conv2d_same, "conv2d/same", network![[2, 5, 7] -> [3, 5, 7]; Conv2d<2, 3, (3, 5), padding = same>]);
case!(conv2d_same_even, "conv2d/same_even", network![[2, 5, 7] -> [3, 5, 7]; Conv2d<2, 3, 2, padding = same>]);
case!(
    conv2d_same_stride,
    "conv2d/same_stride",
    network![[2, 6, 7] -> [3, 3, 4]; Conv2d<2, 3, 3, stride = 2, padding = same>]
);
case!(
    conv2d_same_dilation,
    "conv2d/same_dilation",
    network![[2, 5, 7] -> [3, 5, 7]; Conv2d<2, 3, 3, padding = same, dilation = (1, 2)>]
);
case!(conv2d_dilation, "conv2d/dilation", network![[2, 7, 9] -> [3, 3, 5]; Conv2d<2, 3, 3, dilation = 2>]);
case!(
    conv2d_dilation_stride_padding,
    "conv2d/dilation_stride_padding",
    network![[2, 8, 9] -> [3, 3, 10]; Conv2d<2, 3, (3, 2), dilation = (2, 3), stride = (2, 1), padding = (1, 2)>]
);
case!(conv2d_groups, "conv2d/groups", network![[4, 5, 7] -> [6, 3, 5]; Conv2d<4, 6, 3, groups = 2>]);
case!(
    conv2d_groups_stride_padding,
    "conv2d/groups_stride_padding",
    network![[4, 5, 7] -> [6, 3, 4]; Conv2d<4, 6, 3, groups = 2, stride = 2, padding = 1, bias = false>]
);
case!(
    conv2d_all,
    "conv2d/all",
    network![
        [6, 6, 11] -> [3, 3, 3];
        Conv2d<6, 3, (2, 3), Silu, stride = (2, 3), padding = 1, dilation = (3, 2), groups = 3, bias = false, remainder = drop>
    ]
);
case!(conv2d_no_bias, "conv2d/no_bias", network![[2, 5, 7] -> [3, 3, 5]; Conv2d<2, 3, 3, bias = false>]);
case!(depthwise_plain, "depthwise/plain", network![[3, 5, 7] -> [3, 3, 5]; DepthwiseConv2d<3, 3>]);
case!(
    depthwise_stride,
    "depthwise/stride",
    network![[3, 7, 9] -> [3, 4, 5]; DepthwiseConv2d<_, 3, Relu, stride = 2, padding = 1, bias = false>]
);
case!(conv1d_plain, "conv1d/plain", network![[2, 9] -> [3, 7]; Conv1d<2, 3, 3>]);
case!(
    conv1d_all,
    "conv1d/all",
    network![[4, 19] -> [6, 9]; Conv1d<_, 6, 3, Relu, stride = 2, padding = 2, dilation = 3, groups = 2>]
);
case!(conv1d_same, "conv1d/same", network![[2, 9] -> [3, 9]; Conv1d<2, 3, 4, padding = same, bias = false>]);
case!(conv_transpose2d_plain, "conv_transpose2d/plain", network![[2, 3, 4] -> [3, 5, 6]; ConvTranspose2d<2, 3, 3>]);
case!(
    conv_transpose2d_stride,
    "conv_transpose2d/stride",
    network![[3, 3, 4] -> [2, 6, 8]; ConvTranspose2d<_, 2, 2, Relu, stride = 2>]
);
case!(
    conv_transpose2d_output_padding,
    "conv_transpose2d/output_padding",
    network![[2, 3, 4] -> [3, 6, 8]; ConvTranspose2d<2, 3, 3, stride = 2, padding = 1, output_padding = 1>]
);
case!(
    conv_transpose2d_padding,
    "conv_transpose2d/padding",
    network![[2, 3, 4] -> [3, 3, 4]; ConvTranspose2d<2, 3, 3, padding = 1, bias = false>]
);
case!(
    conv_transpose2d_all,
    "conv_transpose2d/all",
    network![
        [4, 3, 3] -> [6, 6, 10];
        ConvTranspose2d<4, 6, (3, 2), Gelu, stride = (2, 3), padding = (2, 1), dilation = (2, 3), groups = 2, output_padding = (1, 2)>
    ]
);
case!(max_pool2d_plain, "max_pool2d/plain", network![[2, 5, 7] -> [2, 2, 3]; MaxPool2d<2, remainder = drop>]);
case!(max_pool2d_large, "max_pool2d/large", network![[1, 8, 38] -> [1, 4, 19]; MaxPool2d<2>]);
case!(max_pool2d_apart, "max_pool2d/apart", network![[2, 6, 9] -> [2, 3, 3]; MaxPool2d<(2, 3)>]);
case!(
    max_pool2d_overlap,
    "max_pool2d/overlap",
    network![[2, 5, 7] -> [2, 5, 7]; MaxPool2d<3, stride = 1, padding = 1>]
);
case!(
    max_pool2d_stride,
    "max_pool2d/stride",
    network![[2, 7, 6] -> [2, 4, 4]; MaxPool2d<3, stride = (2, 1), padding = (1, 0)>]
);
case!(max_pool1d, "max_pool1d", network![[2, 9] -> [2, 5]; MaxPool1d<3, stride = 2, padding = 1>]);
case!(avg_pool2d_plain, "avg_pool2d/plain", network![[2, 5, 7] -> [2, 2, 3]; AvgPool2d<2, remainder = drop>]);
case!(avg_pool2d_large, "avg_pool2d/large", network![[1, 8, 38] -> [1, 4, 19]; AvgPool2d<2>]);
case!(
    avg_pool2d_all,
    "avg_pool2d/all",
    network![[2, 7, 6] -> [2, 4, 7]; AvgPool2d<(3, 2), stride = (2, 1), padding = 1>]
);
case!(avg_pool1d, "avg_pool1d", network![[2, 8] -> [2, 4]; AvgPool1d<2>]);
case!(global_avg_pool, "global_avg_pool", network![[3, 5, 7] -> [3]; GlobalAvgPool]);
case!(zero_pad2d, "zero_pad2d", network![[2, 3, 4] -> [2, 5, 8]; ZeroPad2d<(1, 2)>]);
case!(upsample2d, "upsample2d", network![[2, 3, 4] -> [2, 6, 12]; Upsample2d<(2, 3)>]);
case!(
    residual,
    "residual",
    network![[2, 5, 6] -> [2, 5, 6]; Residual<Conv2d<2, 3, 3, Relu, padding = same>, Conv2d<3, 2, 3, padding = 1>>]
);
case!(
    residual_with_a_shortcut,
    "residual/shortcut",
    network![
        [2, 5, 7] -> [3, 3, 4];
        Residual<Conv2d<2, 3, 3, Tanh, padding = 1, stride = 2>, shortcut = Conv2d<2, 3, 1, stride = 2>>
    ]
);

case!(
    concat,
    "concat",
    network![
        [2, 4, 5] -> [6, 4, 5];
        Concat<Conv2d<2, 3, 1>, [Conv2d<2, 2, 3, Relu, padding = 1>, Conv2d<_, 1, 3, padding = same>], Linear>
    ]
);

/// Training with the statistics of the batch, what a step makes of the running ones, and inference with these.
fn check_batch_norm<const C: usize, S: Tensor>(name: &str) {
    type Norm<const C: usize, S> = congruent::BatchNorm<C, S>;
    let golden = Golden::read("convolution.txt");
    let mut norm = zeroed::<Norm<C, S>>();
    norm.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    let x = golden.samples::<S>(&format!("{name}/x"));
    let mut y = vec![zeroed(); x.len()];
    norm.infer::<8>(&x, &mut y, &mut ());
    golden.check(&format!("{name}/inferred"), &y);

    let mut tape = zeroed();
    norm.forward::<8>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    golden.check(&format!("{name}/y"), &y);
    let mut dy = golden.samples(&format!("{name}/dy"));
    let mut dx = vec![zeroed(); x.len()];
    let mut gradient = zeroed::<<Norm<C, S> as Layer>::Gradient>();
    norm.backward::<8>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    golden.check(&format!("{name}/dx"), &dx);
    golden.check(&format!("{name}/gradient"), &gradient.as_flat()[..2 * C]);

    let mut trained = 0;
    gradient.pairs(&mut norm, &mut |parameters, gradients| {
        assert_eq!(parameters.len(), gradients.len());
        trained += parameters.len();
    });
    assert_eq!(trained, 2 * C, "running statistics are not trained");
    gradient.finish(&mut norm);
    golden.check(&format!("{name}/running_after"), &norm.as_flat()[2 * C..]);
    gradient.finish(&mut norm);
    golden.check(&format!("{name}/running_after"), &norm.as_flat()[2 * C..]);
}

#[test]
fn batch_norm_of_images() {
    check_batch_norm::<3, [[[f32; 7]; 5]; 3]>("batch_norm/2d");
}

#[test]
fn batch_norm_of_signals() {
    check_batch_norm::<3, [[f32; 5]; 3]>("batch_norm/1d");
}

#[test]
fn batch_norm_of_vectors() {
    check_batch_norm::<4, [f32; 4]>("batch_norm/vector");
}
