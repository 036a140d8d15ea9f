// 1 error (Linear | Dense<{ 8 * 7 * 7 }, 10>): a size that is computed in a call
use congruent::prelude::*;

network! {
    struct Photos: [8, 7, 7] -> [10] {
        flat: Flatten,
        output: nn.Linear(8 * 7 * 7, 10),
    }
}

fn main() {}
