// 1 error (Digits | new | Digits::seeded(1)): `new` for a network
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 3, Softmax> } }

fn main() {
    let net = Digits::new();
    println!("{:?}", net.forward(&[0.0; 64]));
}
