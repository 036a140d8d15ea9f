// 1 error: the layers of a list do not fit
use congruent::prelude::*;

type Digits = network![Dense<64, 10, Relu>, Dense<20, 10, Softmax>];

fn main() {}
