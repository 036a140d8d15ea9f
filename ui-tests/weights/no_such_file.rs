// 1 error (digits.safetensors): a file that is not there
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<6, 4, Relu>, output: Dense<4, 3, Softmax> } }

static DIGITS: Digits = include_weights!("digits.safetensors");

fn main() {}
