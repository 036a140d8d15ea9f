// 1 error (Dense<64, 32, Relu>): a layer that is called with what comes in
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense(32, activation="relu")(inputs),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
