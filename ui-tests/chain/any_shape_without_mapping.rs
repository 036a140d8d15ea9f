// 1 error (hidden): a layer of any shape comes first, and nothing says which
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: LayerNorm,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
