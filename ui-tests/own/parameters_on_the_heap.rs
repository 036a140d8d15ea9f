// 1 error (Vec<f32>): parameters that are not plain `f32` data
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C)]
struct Bias {
    values: Vec<f32>,
}

fn main() {}
