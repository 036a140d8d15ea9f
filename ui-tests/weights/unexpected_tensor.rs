// 1 error (encoder.norm.bias | encoder.norm.weight | [4]): tensors that the network has not
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<6, 4, Relu>, output: Dense<4, 3, Softmax> } }

static DIGITS: Digits = include_weights!("../../tests/interchange/pytorch.safetensors", "encoder.dense" => "hidden");

fn main() {}
