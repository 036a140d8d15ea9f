// 1 error (in_features | Dense<784, 128>): the names of the arguments of `nn.Linear`
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<in_features = 784, out_features = 128>,
        bent: Relu,
        output: Dense<128, 10, Softmax>,
    }
}

fn main() {}
