network! {
    pub struct Network: [2, 3] -> [4] {
        flatten0: Flatten,
        a: Dense<6, 5, Relu>,
        b: Dense<5, 5, LeakyRelu>,
        norm: LayerNorm<5>,
        inner_0: Dense<5, 6, Sigmoid>,
        inner_1: Tanh,
        inner_2: Dense<6, 5>,
        d: Dense<5, 5, Gelu>,
        silu: Silu,
        e: Dense<5, 4, Softmax>,
    }
}
