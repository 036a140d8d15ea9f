//! As `refused_within`, where the struct around it is not asked for the sizes of its parts but for their layouts.

use core::num::NonZeroU32;

use congruent::Parameters;
use congruent::layout::Layout;

const REFUSED: Layout = Layout::Number;

#[derive(Parameters)]
struct Bias {
    value: NonZeroU32,
}

#[derive(Parameters)]
#[repr(C)]
struct Outer {
    bias: Bias,
}

fn main() {
    let outer: Outer = congruent::plain::zeroed();
    println!("{}, which is not 0", outer.bias.value);
}
