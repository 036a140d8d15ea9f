// 1 error (Vec<f32> | Plain): a tape that is not plain memory
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias([f32; 4]);
impl congruent::Layer for Bias {
    type Input = [f32; 4];
    type Output = [f32; 4];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Tape<const B: usize> = Vec<f32>;
    methods::layer_methods! { [f32; 4], [f32; 4] }
}
fn main() {}
