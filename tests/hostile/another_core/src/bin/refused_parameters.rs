//! A struct that the derive refuses, as its layout is not fixed; but its refusal is a layout.

use core::num::NonZeroU32;

use congruent::layout::Layout;

const REFUSED: Layout = Layout::Number;

#[derive(congruent::Parameters)]
struct Bias {
    value: NonZeroU32,
}

static BIAS: Bias = congruent::plain::zeroed();

fn main() {
    println!("{}, which is not 0", BIAS.value);
}
