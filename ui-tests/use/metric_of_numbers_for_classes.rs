// 1 error ([f32; 3] | usize): a metric of numbers, and classes
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 3, Softmax> } }

fn main() {
    let fit = Fit::new(CrossEntropy::new(), Adam::new(0.001)).metric(MeanAbsoluteError::new());
    let data = Dataset::new(vec![[0.0; 64]; 8], vec![1_usize; 8]).unwrap();
    fit.run(&mut *Digits::seeded(1), &data).unwrap();
}
