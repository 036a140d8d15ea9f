// 1 error (head | hidden | 32 | 30): a network in a network takes another size than comes in
use congruent::prelude::*;

network! {
    struct Head(Dense<32, 10, Softmax>);
}
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 30, Relu>,
        head: Head,
    }
}

fn main() {}
