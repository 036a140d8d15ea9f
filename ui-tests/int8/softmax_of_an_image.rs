// 1 error (mask | [2, 8, 8]): shares of one over the rows of an image
use congruent::prelude::*;

network! {
    #[int8]
    struct Mask: [1, 8, 8] -> [2, 8, 8] {
        seen: Conv2d<1, 4, 3, Relu, padding = same>,
        mask: Conv2d<4, 2, 1, Softmax>,
    }
}

fn main() {}
