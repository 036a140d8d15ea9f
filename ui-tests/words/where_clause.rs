// 1 error (generic parameters): a `where` clause
use congruent::prelude::*;

network! {
    struct Digits where f32: Copy {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
