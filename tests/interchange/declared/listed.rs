network! {
    pub struct Network: [6] -> [3] {
        layer0: Dense<6, 4, Relu>,
        layer2_0: Dense<4, 2, Tanh>,
        layer3: Dense<2, 3, Softmax>,
    }
}
