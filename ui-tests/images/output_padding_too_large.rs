// 1 error (larger | 2 | 1): an output padding as large as the stride
use congruent::prelude::*;

network! {
    struct Photos: [8, 7, 7] -> [4, 16, 16] {
        larger: ConvTranspose2d<8, 4, 2, stride = 2, output_padding = 2>,
    }
}

fn main() {}
