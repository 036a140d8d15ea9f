// 1 error (Digits | 9,640 | 8,192 | hidden): a constant as the limit
use congruent::prelude::*;

const LIMIT: usize = 8 * 1024;
network! {
    #[budget(flash = LIMIT)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
