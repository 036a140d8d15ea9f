// 1 error (image | [1, 28, 29] | 812 | 784): a reshape to another number of values
use congruent::prelude::*;

network! {
    struct Photos: [784] -> [1, 28, 29] {
        image: Reshape<[1, 28, 29]>,
    }
}

fn main() {}
