// 1 error (struct | class | struct Digits): `class` for `struct`
use congruent::prelude::*;

network! {
    class Digits: [784] -> [10] {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
