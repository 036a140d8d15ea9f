// 1 error (MaxPooling2D | MaxPool2d<2>): a pool as in Keras
use congruent::prelude::*;

network! {
    struct Photos: [3, 32, 32] -> [10] {
        smaller: MaxPooling2D<pool_size = 2>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
