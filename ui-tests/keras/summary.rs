// 1 error (Digits::SUMMARY): the summary of a network as a method
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let net = Digits::seeded(1);
    net.summary();
}
