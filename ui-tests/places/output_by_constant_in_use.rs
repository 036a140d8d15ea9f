// 1 error (10 | output | 11): the mapping's output differs, by a constant, and the network is used as its mapping says
use congruent::prelude::*;

const CLASSES: usize = 10;
network! {
    struct Digits: [64] -> [CLASSES] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 11, Softmax>,
    }
}

fn main() {
    let _probabilities: [f32; CLASSES] = Digits::seeded(1).forward(&[0.0; 64]);
}
// by hand: code beside the network has to follow
