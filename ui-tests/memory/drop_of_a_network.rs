// 1 error (Drop): a network that does something when it is dropped
use congruent::prelude::*;

network! { struct Digits: [64] -> [10] { only: Dense<64, 10> } }

impl Drop for Digits {
    fn drop(&mut self) {}
}

fn main() {}
