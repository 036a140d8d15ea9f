// 1 error (&[f32; 64] | &[f64; 64]): an input of `f64`
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let pixels = [0.0_f64; 64];
    println!("{:?}", digits.forward(&pixels));
}
