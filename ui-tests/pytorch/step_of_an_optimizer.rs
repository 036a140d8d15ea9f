// 1 error (optimizer | Trainer::step): a step of an optimizer
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let mut optimizer = Adam::new(0.001);
    optimizer.zero_grad();
}
