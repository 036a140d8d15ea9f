// 1 error (batch | SIZE): the size of a batch in parentheses, not `batch::<64>()`
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let data = Dataset::new(vec![[0.5; 64]; 40], vec![3_usize; 40]).unwrap();
    let mut net = Digits::seeded(1);
    Fit::new(CrossEntropy::new(), Adam::new(0.001)).batch(64).run(&mut net, &data).unwrap();
}
