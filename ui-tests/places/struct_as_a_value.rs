// 1 error (type): a network with a name where a value stands
use congruent::prelude::*;

fn main() {
    let net = network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } };
    println!("{:?}", net.forward(&[0.0; 64]));
}
