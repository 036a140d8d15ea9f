// 1 error (name): one of the outputs has no name
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], [1]) {
        policy: Dense<8, 4, Softmax>(input),
        value: Dense<8, 1>(input),
    }
}

fn main() {}
// by hand: the name and the shape are not known
