// 1 error (Drop): parameters that do something when they are dropped
#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias {
    values: [f32; 4],
}

impl Drop for Bias {
    fn drop(&mut self) {}
}

fn main() {}
