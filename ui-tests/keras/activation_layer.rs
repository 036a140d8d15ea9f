// 1 error (activation | Relu): an activation as a layer, in quotes
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 32>,
        bent: Activation<"relu">,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
