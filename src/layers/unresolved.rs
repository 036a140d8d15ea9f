//! What stands for a layer that `network!` could not read, so that its one error stays the only one.

use rand::Rng;

use crate::init::Init;
use crate::layer::{Layer, Pass};
use crate::plain::Parameters;

/// A layer whose mistake has been told.
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Unresolved;

impl Layer for Unresolved {
    type Input = [f32; 0];
    type Output = [f32; 0];
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _: Init, _: &mut dyn Rng) {}
    fn infer<const B: usize>(&self, _: &[[f32; 0]], _: &mut [[f32; 0]], _: &mut ()) {}
    fn forward<const B: usize>(&self, _: &[[f32; 0]], _: &mut [[f32; 0]], _: &mut (), _: &mut Pass) {}
    fn backward<const B: usize>(
        &self,
        _: &[[f32; 0]],
        _: &[[f32; 0]],
        _: &mut (),
        _: &mut [[f32; 0]],
        _: Option<&mut [[f32; 0]]>,
        _: &mut Self,
    ) {
    }
}
