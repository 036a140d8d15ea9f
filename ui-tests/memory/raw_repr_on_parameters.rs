// 1 error (f32): an alignment of parameters, by a raw name
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C)]
#[r#repr(align(64))]
struct Bias {
    values: [f32; 4],
}

fn main() {}
