// 1 error (Vec<f32> | Shape): an input that is no shape
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias([f32; 4]);
impl congruent::Layer for Bias {
    type Input = Vec<f32>;
    type Output = [f32; 4];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { Vec<f32>, [f32; 4] }
}
fn main() {}
