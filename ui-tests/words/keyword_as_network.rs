// 1 error (match): a network named as a word of the language
use congruent::prelude::*;

network! {
    struct match(Dense<64, 10, Softmax>);
}

fn main() {}
