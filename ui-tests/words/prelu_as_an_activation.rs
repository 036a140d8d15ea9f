// 1 error (Prelu): a rectifier with parameters as the activation of a layer
use congruent::prelude::*;

network! {
    pub struct Photos: [3, 8, 8] -> [16, 8, 8] {
        conv: Conv2d<3, 16, 3, Prelu, padding = same>,
    }
}

fn main() {}
