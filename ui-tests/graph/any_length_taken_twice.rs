// 1 error (seen | ..12, 8): two layers take a sequence of any length
use congruent::prelude::*;

network! {
    struct Reader: [..12, 8] -> [4] {
        seen: Gru<8, 8>,
        all: Gru<8, 4, return = last>,
        end: LastStep(seen),
        less: Dense<8, 4>,
        both: Add(less, all),
    }
}

fn main() {}
