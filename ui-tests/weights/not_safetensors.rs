// 1 error (../../tests/interchange/numpy.npz): a file that is no safetensors file
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<6, 4, Relu>, output: Dense<4, 3, Softmax> } }

static DIGITS: Digits = include_weights!("../../tests/interchange/numpy.npz");

fn main() {}
