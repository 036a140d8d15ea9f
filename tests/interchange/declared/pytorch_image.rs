network! {
    pub struct Network: [1, 14, 15] -> [3] {
        conv1: Conv2d<1, 4, 3, Relu, padding = 1>,
        depth: DepthwiseConv2d<4, 3, Silu, bias = false>,
        maxpool2d2: MaxPool2d<2, remainder = drop>,
        norm2: BatchNorm2d,
        wide: Conv2d<4, 6, (3, 1), LeakyRelu, padding = (2, 0), dilation = (2, 1), groups = 2>,
        strided: Conv2d<6, 6, 3, Tanh, stride = 2, remainder = drop>,
        up: ConvTranspose2d<6, 4, 3, Sigmoid, stride = 2, padding = 1, output_padding = 1>,
        zeropad2d7: ZeroPad2d<1>,
        upsample2d8: Upsample2d<2>,
        avgpool2d9: AvgPool2d<3, stride = 2, padding = 1>,
        flatten10: Flatten,
        fc1: Dense<144, 10, Gelu>,
        fc2: Dense<10, 3, Softmax>,
    }
}
