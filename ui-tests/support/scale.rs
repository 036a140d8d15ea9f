//! A layer of one's own that takes a vector and gives one of the same size.

use congruent::{Layer, Linear, Parameters};

#[path = "methods.rs"]
mod methods;

#[derive(Parameters)]
#[repr(C)]
pub struct Scale<const N: usize>([f32; N]);

impl<const N: usize> Layer for Scale<N> {
    type Input = [f32; N];
    type Output = [f32; N];
    type Head = Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; N], [f32; N] }
}
