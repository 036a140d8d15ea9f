// 1 error (&[f32; 64] | &Vec<f32>): an input whose length is not known
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let pixels = vec![0.0_f32; 64];
    println!("{:?}", digits.forward(&pixels));
}
