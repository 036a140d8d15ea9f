// 1 error ([f64; 4]): parameters of `f64`
use congruent::Parameters;

#[derive(Parameters)]
#[repr(C)]
struct Bias {
    values: [f64; 4],
}

fn main() {}
