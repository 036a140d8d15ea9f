// 1 error (struct): an `enum` of parameters
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C)]
enum Bias {
    One(f32),
}

fn main() {}
