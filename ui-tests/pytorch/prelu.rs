// 1 error (Prelu): `PReLU` as the activation of a layer
use congruent::prelude::*;

network! {
    struct Photos: [3, 8, 8] -> [16, 8, 8] {
        conv: Conv2d<3, 16, 3, PReLU, padding = same>,
    }
}

fn main() {}
