// 1 error (names | { hidden: Dense<784, 32, Relu>, output: Dense<32, 10, Softmax> }): names for all layers, in parentheses
use congruent::prelude::*;

network! {
    struct Digits(hidden: Dense<784, 32, Relu>, output: Dense<32, 10, Softmax>);
}

fn main() {}
