// 1 error (strokes | [PIXELS]): an image is expected, a vector comes in, and a constant says how long
use congruent::prelude::*;

const PIXELS: usize = 784;
network! {
    struct Photos: [PIXELS] -> [8, 26, 26] {
        strokes: Conv2d<1, 8, 3>,
    }
}

fn main() {}
