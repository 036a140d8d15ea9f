// 1 error ([28, 28] -> [10]): a mapping of the types of arrays
use congruent::prelude::*;

network! {
    struct Digits: [[f32; 28]; 28] -> [f32; 10] {
        flat: Flatten,
        output: Dense<784, 10, Softmax>,
    }
}

fn main() {}
