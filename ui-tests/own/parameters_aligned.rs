// 1 error (f32): parameters with an alignment
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C, align(16))]
struct Bias {
    values: [f32; 4],
}

fn main() {}
