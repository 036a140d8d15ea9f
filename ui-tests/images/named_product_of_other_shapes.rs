// 1 error (gate | [8, 16, 16] | [4]): the same with a constant
use congruent::prelude::*;

const GATES: usize = 4;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        gate: Multiply<GlobalAvgPool, Dense<8, GATES, Sigmoid>>,
    }
}

fn main() {}
