// 1 error (Digits | 9,640 | 4,096 | 8,320 | 1,320 | 5,544): a limit that a constant sets
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
