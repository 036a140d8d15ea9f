// 1 error (&[f32; 64] | &[[f32; 8]; 8]): an input of the wrong rank
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let image = [[0.0_f32; 8]; 8];
    println!("{:?}", digits.forward(&image));
}
