// 1 error (output | hidden | 20 | 40): a misfit by a constant in a network that a macro declares
use congruent::prelude::*;

macro_rules! digits {
    ($name:ident, $hidden:expr, $head:ty) => {
        network! { struct $name: [64] -> [10] { hidden: Dense<64, $hidden, Relu>, output: $head } }
    };
}
const HIDDEN: usize = 20;
digits!(Digits, 2 * HIDDEN, Dense<HIDDEN, 10, Softmax>);

fn main() {}
