// 1 error (Box<f32>): a layout by position, over a field that is no `f32`
#[derive(congruent::Parameters)]
#[parameters(layout = List)]
#[repr(C)]
struct Bias {
    value: f32,
    hidden: Box<f32>,
}

fn main() {}
