// 1 error (c.weight | [2, 3] | c.bias | [2]): tensors that the file has not
use congruent::prelude::*;

network! { struct Small { a: Dense<6, 4, Relu>, b: Dense<4, 3>, c: Dense<3, 2> } }

static SMALL: Small = include_weights!("../../tests/interchange/pytorch_sequential.safetensors", "0" => "a", "2" => "b");

fn main() {}
