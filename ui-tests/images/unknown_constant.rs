// 1 error (KERNELL): a misspelled constant for the size of a kernel
use congruent::prelude::*;

pub const KERNEL: usize = 5;

network! {
    struct Photos: [1, 28, 28] -> [8, 24, 24] {
        strokes: Conv2d<1, 8, KERNELL>,
    }
}

fn main() {}
