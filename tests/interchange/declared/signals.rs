network! {
    pub struct Network: [12] -> [6] {
        reshape0: Reshape<[2, 6]>,
        waves: Conv1d<2, 4, 3, Relu, padding = 2, dilation = 2, groups = 2>,
        norm: BatchNorm1d,
        smaller: MaxPool1d<2>,
        mean: AvgPool1d<2, stride = 1>,
        pool: GlobalAvgPool,
        hidden: Dense<4, 6>,
        last: BatchNorm1d,
    }
}
