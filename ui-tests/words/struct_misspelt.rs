// 1 error (struct | strcut | struct Digits): `struct` misspelt
use congruent::prelude::*;

network! {
    strcut Digits: [784] -> [10] {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
