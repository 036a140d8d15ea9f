// 1 error (budget | struct): a budget above a layer
use congruent::prelude::*;

network! {
    struct Digits {
        #[budget(flash = 8 * 1024)]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
