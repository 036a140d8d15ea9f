// 1 error (struct): the word `struct` left out
use congruent::prelude::*;

network! {
    pub Digits {
        hidden: Dense<64, 10, Softmax>,
    }
}

fn main() {}
