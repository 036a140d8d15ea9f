// 1 error (CrossEntropy | [f32; 3] | i64 | as usize): labels that are `i64`
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 3, Softmax> } }

fn main() {
    let data = Dataset::new(vec![[0.0; 64]; 8], vec![1_i64; 8]).unwrap();
    Fit::new(CrossEntropy, Adam::new(0.001)).run(&mut *Digits::seeded(1), &data).unwrap();
}
