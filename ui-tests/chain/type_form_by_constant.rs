// 1 error (Dense<HIDDEN, 10, Softmax> | Dense<64, 32, Relu> | 20 | 32): the layers of a list do not fit, and a constant says which
use congruent::prelude::*;

const HIDDEN: usize = 20;
type Digits = network![Dense<64, 32, Relu>, Dense<HIDDEN, 10, Softmax>];

fn main() {
    Digits::seeded(1).forward(&[0.0; 64]);
}
