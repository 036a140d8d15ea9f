network! {
    pub struct Network: [2, 9] -> [74] {
        all: Concat<
            [Conv1d<2, 3, 3, stride = 2, bias = false>, Flatten],
            [Conv1d<2, 4, 2, Gelu, padding = same, dilation = 3, groups = 2>, Flatten],
            [Conv1d<2, 2, 4, Silu, stride = 4, padding = 3>, Flatten],
            [MaxPool1d<3, stride = 2, padding = 1>, Flatten],
            [AvgPool1d<2, padding = 1>, Flatten],
        >,
    }
}
