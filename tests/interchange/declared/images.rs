network! {
    pub struct Network: [4, 11, 9] -> [5] {
        strokes: Conv2d<4, 6, (3, 2), Relu, stride = (2, 1), padding = (1, 0), dilation = (1, 2), groups = 2>,
        depth: DepthwiseConv2d<6, 3, Tanh, padding = 1, bias = false>,
        norm: BatchNorm2d,
        smaller: MaxPool2d<3, stride = 2, padding = 1>,
        block: Residual<
            Conv2d<6, 8, 3, stride = 2, padding = same, bias = false>,
            BatchNorm2d,
            Silu,
            Conv2d<8, 8, 1>,
            shortcut = Conv2d<6, 8, 1, stride = 2>,
        >,
        around: Residual<Conv2d<8, 8, 3, Gelu, padding = 1>>,
        both: Concat<Conv2d<8, 3, 1>, [Conv2d<8, 4, 1, Relu>, Conv2d<4, 2, 3, padding = 1>], Linear>,
        larger: ConvTranspose2d<13, 4, 3, Relu, stride = (2, 3), padding = (1, 0), output_padding = (1, 2)>,
        border: ZeroPad2d<(1, 2)>,
        up: Upsample2d<(2, 3)>,
        mean: AvgPool2d<(2, 3), padding = (1, 0)>,
        pool: GlobalAvgPool,
        out: Dense<4, 5, Softmax>,
    }
}
