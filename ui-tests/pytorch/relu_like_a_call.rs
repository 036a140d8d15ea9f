// 1 error (Relu): an activation as a layer, with an argument
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 128>,
        bent: ReLU(inplace = True),
        output: Dense<128, 10, Softmax>,
    }
}

fn main() {}
