// 1 error (<const N: usize> | N): an `impl` beside a network with generic parameters
use congruent::prelude::*;

network! {
    struct Digits<const N: usize>: [N] -> [10] { hidden: Dense<N, 32, Relu>, output: Dense<32, 10, Softmax> }
}

impl<const N: usize> Digits<N> {
    fn answer(&self, x: &[f32; N]) -> [f32; 10] {
        self.forward(x)
    }
}

fn main() {}
