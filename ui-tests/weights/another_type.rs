// 1 error: tensors of another type than `f32`
use congruent::prelude::*;

network! { struct Half { only: Dense<2, 1> } }

static HALF: Half = include_weights!("../../tests/interchange/half.safetensors");

fn main() {}
