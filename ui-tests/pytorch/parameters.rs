// 1 error (as_flat | Digits::PARAMETERS): the parameters of a network for an optimizer
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let net = Digits::seeded(1);
    println!("{}", net.parameters().len());
}
