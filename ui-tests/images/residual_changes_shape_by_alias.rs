// 1 error (block | 16 | 8): a residual whose last layer, under another name, gives another size than comes in
use congruent::prelude::*;

type Narrow = congruent::Dense<16, 8, Relu>;
network! {
    struct Digits: [16] -> [10] {
        block: Residual<Dense<16, 16, Relu>, Narrow>,
        output: Dense<16, 10, Softmax>,
    }
}

fn main() {}
