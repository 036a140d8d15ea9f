// 1 error (judge): a network that begins with frozen layers, after a layer that is to learn
use congruent::prelude::*;

network! { struct Judge: [16] -> [2] { #[frozen] read: Dense<16, 8, Relu>, decide: Dense<8, 2> } }

network! {
    struct Whole: [4] -> [2] {
        look: Dense<4, 16, Relu>,
        judge: Judge,
    }
}

fn main() {}
