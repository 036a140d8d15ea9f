// 1 error (Dense<20, 10, Softmax> | Dense<64, 10, Relu> | 20 | 10): the layers of a list do not fit
use congruent::prelude::*;

type Digits = network![Dense<64, 10, Relu>, Dense<20, 10, Softmax>];

fn main() {}
