// 1 error (Flatten): a row of as many numbers as there are
use congruent::prelude::*;

network! {
    struct Digits: [8, 8] -> [10] {
        row: Reshape<-1>,
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
