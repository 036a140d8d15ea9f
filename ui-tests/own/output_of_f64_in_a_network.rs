// 1 error ([f64; 4] | Shape): a network with a layer whose output is of `f64`
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
#[repr(C)]
struct Bias([f32; 4]);
impl congruent::Layer for Bias {
    type Input = [f32; 4];
    type Output = [f64; 4];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; 4], [f64; 4] }
}
congruent::network! { struct Shifted { bias: Bias, output: Dense<4, 2> } } fn main() {}
