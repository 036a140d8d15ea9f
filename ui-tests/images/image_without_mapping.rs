// 1 error (strokes | [3, 28, 28]): a convolution comes first, and nothing says how large images are
use congruent::prelude::*;

network! {
    struct Photos {
        strokes: Conv2d<3, 8, 3>,
    }
}

fn main() {}
