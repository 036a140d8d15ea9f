// 1 error (16 | 8 | GradientOf): a layer with a `BatchNorm` whose gradient would train its running statistics
#[path = "../support/methods.rs"]
mod methods;
#[derive(congruent::Parameters)]
#[repr(C)]
struct Block(congruent::BatchNorm<4, [f32; 4]>);
impl congruent::Layer for Block {
    type Input = [f32; 4];
    type Output = [f32; 4];
    type Head = congruent::Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; 4], [f32; 4] }
}
congruent::network! { struct Net(self::Block); } fn main() {}
// by hand: the cure is in several places
