// 1 error (grown | 2 | 1): an output padding as large as its stride, over a side that is a constant
use congruent::prelude::*;

const SIDE: usize = 5;

network! {
    struct Grown: [1, SIDE, SIDE] -> [1, 13, 13] {
        grown: ConvTranspose2d<1, 1, 3, stride = 2, output_padding = 2>,
    }
}

fn main() {}
