// 1 error (output | hidden | 20 | 32): a misfit under another name of the crate
extern crate congruent as nets;
use nets::prelude::*;

const HIDDEN: usize = 20;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<HIDDEN, 10, Softmax>,
    }
}

fn main() {}
