// 1 error (Scale | congruent::Layer): a struct that is no layer, in a list of layers
use congruent::prelude::*;

struct Scale {
    pub weight: [f32; 64],
}
type Digits = network![Scale, Relu, Dense<64, 10, Softmax>];

fn main() {
    let digits = Digits::seeded(1);
    println!("{:?}", digits.forward(&[0.0; 64]));
}
