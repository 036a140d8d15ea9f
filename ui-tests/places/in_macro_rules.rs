// 1 error (output | hidden | 20 | 32): a misfit in a network that a macro declares
use congruent::prelude::*;

macro_rules! digits {
    ($name:ident, $hidden:literal, $head:ty) => {
        network! { struct $name: [64] -> [10] { hidden: Dense<64, $hidden, Relu>, output: $head } }
    };
}
digits!(Digits, 32, Dense<20, 10, Softmax>);

fn main() {}
