// 1 error (strokes | 3 | 4): padding as large as the window
use congruent::prelude::*;

network! {
    struct Photos: [8, 14, 14] -> [8, 20, 20] {
        strokes: Conv2d<8, 8, 3, padding = 4>,
    }
}

fn main() {}
