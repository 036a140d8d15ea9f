network! {
    pub struct Network: [2, 9, 8] -> [3] {
        stem: Conv2d<2, 4, 3, Relu, padding = 1>,
        residual1: Residual<Conv2d<4, 4, 3, Silu, padding = 1>, Conv2d<4, 4, 3, padding = 1>>,
        relu2: Relu,
        residual3: Residual<
            Conv2d<4, 6, 3, Relu, stride = 2, padding = 1>,
            Conv2d<6, 6, 1>,
            shortcut = Conv2d<4, 6, 1, stride = 2>,
        >,
        relu4: Relu,
        concat5: Concat<
            Conv2d<6, 3, 1>,
            Linear,
            [Conv2d<6, 4, 1, Relu>, Conv2d<4, 2, 3, padding = 1>],
            Conv2d<6, 2, 3, Silu, padding = 1>,
        >,
        globalavgpool6: GlobalAvgPool,
        out: Dense<13, 3>,
    }
}
