// 1 error (norm | BatchNorm2d): a normalisation with nothing to fold it into
use congruent::prelude::*;

network! {
    #[int8]
    struct Strokes: [1, 8, 8] -> [4, 6, 6] {
        conv: Conv2d<1, 4, 3, Relu>,
        norm: BatchNorm2d,
    }
}

fn main() {}
