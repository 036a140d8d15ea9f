// 1 error (generic parameters | const HIDDEN): a network with a generic parameter
use congruent::prelude::*;

network! {
    struct Digits<const HIDDEN: usize> {
        hidden: Dense<64, HIDDEN, Relu>,
        output: Dense<HIDDEN, 10, Softmax>,
    }
}

fn main() {
    Digits::<32>::seeded(1);
}
