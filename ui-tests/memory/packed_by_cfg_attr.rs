// 1 error (f32): packed parameters, under a condition
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C)]
#[cfg_attr(all(), repr(packed))]
struct Bias {
    values: [f32; 4],
}

fn main() {}
