// 1 error (2 | 10): an output of the wrong length
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let [zero, one] = digits.forward(&[0.0; 64]);
    println!("{zero} {one}");
}
