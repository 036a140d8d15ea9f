// 1 error (only.weight | F16 | F32 | only.bias): tensors of another type than `f32`
use congruent::prelude::*;

network! { struct Half { only: Dense<2, 1> } }

static HALF: Half = include_weights!("../../tests/interchange/half.safetensors");

fn main() {}
