//! Finite differences against the backward passes of the layers over images and signals.

use congruent::prelude::*;

use crate::common;

/// Tests, each of a network: `name: network![…];`.
macro_rules! each {
    ($($test:ident: $network:ty;)*) => { $(
        #[test]
        fn $test() {
            common::check::<$network>(2);
        }
    )* };
}

each! {
    conv2d: network![[2, 5, 7] -> [3, 3, 5]; Conv2d<2, 3, 3>];
    conv2d_of_all_settings: network![
        [4, 7, 9] -> [2, 3, 5];
        Conv2d<4, 2, (2, 3), Tanh, stride = (2, 1), padding = (0, 1), dilation = (2, 3), groups = 2, bias = false>
    ];
    conv2d_same: network![[2, 5, 6] -> [3, 3, 3]; Conv2d<2, 3, 3, Gelu, padding = same, stride = 2>];
    depthwise: network![[3, 6, 5] -> [3, 6, 5]; DepthwiseConv2d<3, 3, Silu, padding = same>];
    depthwise_stride: network![[3, 7, 5] -> [3, 4, 3]; DepthwiseConv2d<3, 3, stride = 2, padding = 1>];
    conv1d: network![[4, 11] -> [6, 5]; Conv1d<4, 6, 3, Tanh, stride = 2, groups = 2>];
    conv_transpose2d: network![
        [2, 3, 4] -> [4, 6, 12];
        ConvTranspose2d<2, 4, 3, Tanh, stride = (2, 3), padding = (1, 0), output_padding = (1, 0), groups = 2>
    ];
    avg_pools: network![[2, 6, 7] -> [2, 3]; AvgPool2d<(2, 1), stride = 1>, Reshape<[2, 35]>, AvgPool1d<7, stride = 14>];
    batch_norm: network![[3, 4, 5] -> [3, 4, 5]; BatchNorm2d];
    batch_norm_of_signals: network![[2, 7] -> [3, 5]; Conv1d<2, 3, 3, bias = false>, BatchNorm1d, Tanh];
    global_avg_pool: network![[3, 4, 5] -> [3]; GlobalAvgPool];
    padded_and_enlarged: network![[2, 3, 2] -> [2, 10, 12]; ZeroPad2d<(1, 2)>, Upsample2d<2>];
    residual: network![[2, 4, 5] -> [2, 4, 5]; Residual<Conv2d<2, 3, 3, Tanh, padding = same>, Conv2d<3, 2, 3, padding = same>>];
    shortcut: network![
        [2, 4, 6] -> [3, 2, 3];
        Residual<Conv2d<2, 3, 3, Tanh, padding = 1, stride = 2, remainder = drop>, shortcut = Conv2d<2, 3, 1, stride = 2>>
    ];
    concat: network![[2, 4, 5] -> [6, 4, 5]; Concat<Conv2d<2, 3, 1, Tanh>, [Conv2d<2, 2, 3, Silu, padding = same>, Conv2d<2, 1, 1>], Linear>];
    spatial_dropout: network![[8, 3, 2] -> [8, 3, 2]; SpatialDropout<0.3>];
    image_to_classes: network![
        [1, 9, 9] -> [4];
        Conv2d<1, 3, 3, Tanh>, AvgPool2d<2, remainder = drop>, Conv2d<3, 5, 2, Silu>, Flatten, Dense<_, 4, Softmax>
    ];
}
