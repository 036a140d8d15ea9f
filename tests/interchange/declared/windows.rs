network! {
    pub struct Network: [4, 11, 10] -> [5247] {
        all: Concat<
            [Conv2d<4, 3, 3, stride = 3, remainder = drop>, Flatten],
            [Conv2d<4, 3, (4, 3), Sigmoid, stride = (3, 2), padding = same, bias = false>, Flatten],
            [Conv2d<4, 8, 3, LeakyRelu, padding = (3, 2), dilation = (3, 2), groups = 4>, Flatten],
            [Conv2d<4, 2, 3, stride = 2, padding = 1>, Flatten],
            [DepthwiseConv2d<4, (1, 3), stride = 2, padding = (0, 1)>, Flatten],
            [ConvTranspose2d<4, 2, 2, Tanh, stride = 3, bias = false>, Flatten],
            [ConvTranspose2d<4, 6, 3, padding = (1, 2), dilation = (2, 1), groups = 2>, Flatten],
            [ConvTranspose2d<4, 2, (3, 2), stride = 2, padding = (1, 0), output_padding = 1>, Flatten],
            [MaxPool2d<(3, 2), stride = (4, 1)>, Flatten],
            [MaxPool2d<2, remainder = drop>, Flatten],
            [AvgPool2d<3, stride = 1, padding = 1>, Flatten],
            [AvgPool2d<2, stride = 3>, Flatten],
        >,
    }
}
