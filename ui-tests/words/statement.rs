// 1 error (struct): a statement in place of a network
use congruent::prelude::*;

network! {
    let digits = Dense<64, 10, Softmax>;
}

fn main() {}
// by hand: what the network is to do is not known
