// 1 error (norm): instance normalisation of single pixels
use congruent::prelude::*;

network! {
    struct Photos: [8, 4, 4] -> [8, 1, 1] {
        whole: Conv2d<8, 8, 4>,
        norm: InstanceNorm2d,
    }
}

fn main() {}
