// 1 error (#[repr(C)]): parameters without a fixed layout
use congruent::Parameters;

#[derive(Parameters)]
struct Bias {
    values: [f32; 4],
}

fn main() {}
