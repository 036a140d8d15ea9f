// 1 error (block | 9 | 8): a residual whose shortcut, under another name, gives another size
use congruent::prelude::*;

type Around = congruent::Dense<16, 9>;
network! {
    struct Digits: [16] -> [10] {
        block: Residual<Dense<16, 8, Relu>, shortcut = Around>,
        output: Dense<8, 10, Softmax>,
    }
}

fn main() {}
