// 1 error (Conv2d | stride = 2): a stride behind the kernel, as other libraries have it
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        seen: Conv2d<1, 8, 3, 2, Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
