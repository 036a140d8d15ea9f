// 1 error (initialize | infer | forward | backward): a layer without its methods
use congruent::{Layer, Linear, Parameters};

#[derive(Parameters)]
#[repr(C)]
struct Bias([f32; 4]);
impl Layer for Bias {
    type Input = [f32; 4];
    type Output = [f32; 4];
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 0;
} fn main() {}
