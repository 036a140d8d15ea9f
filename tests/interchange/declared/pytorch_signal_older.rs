network! {
    pub struct Network: [2, 16] -> [5] {
        waves: Conv1d<2, 4, 3, Relu, padding = 1>,
        norm: BatchNorm1d,
        smaller: MaxPool1d<2>,
        longer: Conv1d<4, 3, 4, stride = 2, bias = false>,
        mean: AvgPool1d<2, stride = 1>,
        flatten5: Flatten,
        last: Dense<6, 5>,
        layer_norm: LayerNorm<5>,
    }
}
