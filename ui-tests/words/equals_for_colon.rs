// 1 error (: | hidden: Dense<784, 32, Relu>): an equals sign between a name and its layer
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden = Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
