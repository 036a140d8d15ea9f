// 1 error (Fit | loss | optimizer): a network that is to be compiled
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let mut net = Digits::seeded(1);
    net.compile();
}
