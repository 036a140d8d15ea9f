// 1 error (Scale | congruent::Layer): a struct that is no layer, at the end, beside code that uses the network
use congruent::prelude::*;

struct Scale {
    pub weight: [f32; 10],
}
network! { struct Digits: [64] -> [10] { hidden: Dense<64, 10>, output: Scale } }

fn main() {
    let digits = Digits::seeded(1);
    let scores: [f32; 10] = digits.forward(&[0.0; 64]);
    println!("{scores:?} {:?}", digits.output.weight);
}
