network! {
    pub struct Network: [2, 5, 6] -> [4, 5, 6] {
        strokes: Conv2d<2, 4, 3, padding = 1, bias = false>,
        norm: BatchNorm2d,
        act: Relu,
    }
}
