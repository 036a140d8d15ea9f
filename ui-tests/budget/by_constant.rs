// 1 error: a limit that a constant sets
use congruent::prelude::*;

const BOARD_FLASH: u64 = 4096;
network! {
    #[budget(flash = BOARD_FLASH)]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
