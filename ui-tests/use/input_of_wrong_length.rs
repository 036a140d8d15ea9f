// 1 error (64 | 63): an input of the wrong length
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let pixels = [0.0; 63];
    println!("{:?}", digits.forward(&pixels));
}
