// 1 error ([f32; 3] | Bias): a gradient of something else
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias([f32; 4]);
impl congruent::Layer for Bias {
    type Input = [f32; 4];
    type Output = [f32; 4];
    type Head = congruent::Linear;
    type Gradient = [f32; 3];
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; 4], [f32; 4] }
}
fn main() {}
