//! A layer of one's own that takes a vector of 64 numbers and gives rows.

use congruent::{Layer, Linear, Parameters};

#[path = "methods.rs"]
mod methods;

#[derive(Parameters)]
#[repr(C)]
pub struct Rows<const N: usize>;

impl<const N: usize> Layer for Rows<N> {
    type Input = [f32; 64];
    type Output = [[f32; N]; N];
    type Head = Linear;
    type Gradient = Self;
    type Tape<const B: usize> = ();
    methods::layer_methods! { [f32; 64], [[f32; N]; N] }
}
