// 1 error (Wide | [8, 16, 16] | [9, 16, 16]): a branch that begins with a network of other channels
use congruent::prelude::*;

network! { struct Wide: [8, 16, 16] -> [4, 16, 16] { only: Conv2d<8, 4, 1> } }

network! {
    struct Photos: [9, 16, 16] -> [8, 16, 16] {
        both: Concat<[Conv2d<9, 4, 1>], [Wide, Reshape<[4, 16, 16]>]>,
    }
}

fn main() {}
