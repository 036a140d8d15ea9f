// 1 error (Head): a public network that ends in a private one
use congruent::prelude::*;

network! {
    struct Head(Dense<32, 10, Softmax>);
}
network! {
    pub struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        head: Head,
    }
}

fn main() {}
