network! {
    pub struct Network: [3, 4] -> [3, 4] {
        norm: LayerNorm<4>,
        softmax: Softmax,
    }
}
