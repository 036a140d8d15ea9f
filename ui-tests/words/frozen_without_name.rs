// 1 error (frozen | struct Name(#[frozen] Layer, ...);): a frozen layer in a network without a name
use congruent::prelude::*;

type Digits = network![#[frozen] Dense<64, 32, Relu>, Dense<32, 10, Softmax>];

fn main() {}
