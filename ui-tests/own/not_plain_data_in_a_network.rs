// 1 error (Bias | #[derive(Parameters)] #[repr(C)]): a layer that is not declared as plain data, in a network
#[path = "../support/methods.rs"]
mod methods;
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
