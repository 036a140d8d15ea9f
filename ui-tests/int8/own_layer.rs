// 1 error (Scale): a custom layer without an int8 form
use congruent::{Map, Parameters, map_layer, prelude::*};

#[derive(Parameters)]
#[repr(C)]
struct Scale;
map_layer! { [] Scale }
impl Map for Scale {
    type Input = [f32; 4];
    type Output = [f32; 4];
    fn map(_: &[[f32; 4]], _: &mut [[f32; 4]]) {}
    fn map_back(_: &[[f32; 4]], _: &[[f32; 4]], _: &mut [[f32; 4]], _: &mut [[f32; 4]]) {}
}
network! { #[int8] struct Net { scale: Scale, output: Dense<4, 2> } }
fn main() {}
