// 1 error (Linear | Dense<784, 32>): a layer as Python has it
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: nn.Linear(784, 32),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
