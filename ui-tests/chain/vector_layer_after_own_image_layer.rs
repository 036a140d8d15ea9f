// 1 error (output | rows | [8, 8]): a layer for vectors comes after a layer of one's own that gives an image
use congruent::prelude::*;

#[path = "../support/rows.rs"]
mod rows;
use rows::Rows;

network! {
    struct Digits: [64] -> [10] {
        rows: Rows<8>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
