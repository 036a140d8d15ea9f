// 1 error (Digits | 9,640 | 8,192 | 8,320 | 1,320 | 1,448): more parameters than flash
use congruent::prelude::*;

network! {
    #[budget(flash = 8 * 1024)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
