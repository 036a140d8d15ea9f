// 1 error (gate | [8, 16, 16] | [4]): layers of a `Multiply` that give another number than there are channels
use congruent::prelude::*;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        gate: Multiply<GlobalAvgPool, Dense<8, 4, Sigmoid>>,
    }
}

fn main() {}
