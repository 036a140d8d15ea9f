// 1 error (Digits | Digits2 | 4): two networks of one name
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

network! { struct Digits { hidden: Dense<64, 16, Relu>, output: Dense<16, 10, Softmax> } }

fn main() {
    println!("{}", Digits::PARAMETERS);
}
