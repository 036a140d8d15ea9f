// 1 error ([64] -> [10]): an unreadable network with methods of its own
use congruent::prelude::*;

network! { struct Digits: [64] -> { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

impl Digits {
    fn is_seven(&self, pixels: &[f32; 64]) -> bool {
        self.forward(pixels)[7] > 0.5
    }
}

fn main() {
    println!("{}", Digits::seeded(1).is_seven(&[0.0; 64]));
}
