// 1 error (mode | Trainer::step | forward): the mode of a network
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let mut net = Digits::seeded(1);
    net.eval();
    println!("{:?}", net.forward(&[0.0; 64]));
}
