// 1 error (Dense<10, 16> | Dense<16, HIDDEN, Relu> | 10 | 12): two dense layers in a residual that do not fit, by a constant
use congruent::prelude::*;

const HIDDEN: usize = 12;

network! {
    struct Deep: [16] -> [16] {
        block: Residual<Dense<16, HIDDEN, Relu>, Dense<10, 16>>,
    }
}

fn main() {}
