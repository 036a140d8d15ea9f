// 1 error (#[repr(C)]): a network with a layer whose parameters have no layout
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
struct Bias([f32; 4]);
impl congruent::Layer for Bias {
    type Input = [f32; 4];
    type Output = [f32; 4];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; 4], [f32; 4] }
}
congruent::network! { struct Shifted { bias: Bias, output: Dense<4, 2> } }
fn main() {}
