// 2 errors (Dense<64, 32, Relu> | 784 | 64 | Dense<32, 10, Softmax> | 9 | 10): the mapping of a list is not that of its layers
use congruent::prelude::*;

type Digits = network![[784] -> [9]; Dense<64, 32, Relu>, Dense<32, 10, Softmax>];

fn main() {}
