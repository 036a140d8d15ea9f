// 1 error (HIDEN | HIDDEN): a constant that does not exist
use congruent::prelude::*;

pub const HIDDEN: usize = 32;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, HIDEN, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
