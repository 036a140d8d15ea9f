// 1 error (MaxPool2d<3, stride = 2, remainder = drop> | stride): a pool with its stride behind the kernel
use congruent::prelude::*;

network! {
    struct Digits: [8, 28, 28] -> [10] {
        smaller: MaxPool2d<3, 2>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
