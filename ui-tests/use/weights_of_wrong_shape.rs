// 1 error (64 | 10): weights with inputs and outputs exchanged
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let mut digits = Digits::seeded(1);
    let weight = [[0.0; 10]; 64];
    digits.0.weight = weight;
}
