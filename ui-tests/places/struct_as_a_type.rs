// 1 error (type): a network with a name where a type stands
use congruent::prelude::*;

type Digits = network![struct Named { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> }];

fn main() {
    let digits = Digits::seeded(1);
    println!("{:?}", digits.forward(&[0.0; 64]));
}
