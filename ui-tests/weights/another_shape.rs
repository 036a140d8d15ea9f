// 1 error (first.weight | [4, 6] | [5, 6] | second.weight): a tensor of another shape
use congruent::prelude::*;

network! { struct Small { first: Dense<6, 5, Relu>, second: Dense<_, 3, Softmax> } }

static SMALL: Small =
    include_weights!("../../tests/interchange/pytorch_sequential.safetensors", "0" => "first", "2" => "second");

fn main() {}
