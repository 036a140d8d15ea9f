// 1 error (norm | [16, 8] | 16): an instance normalisation of a signal
use congruent::prelude::*;

network! {
    pub struct Signals: [16, 8] -> [16, 8] {
        norm: InstanceNorm2d,
    }
}

fn main() {}
