// 1 error (outputs | 1): a number of zero, which a macro writes twice
use congruent::prelude::*;

macro_rules! digits {
    ($name:ident, $hidden:literal) => {
        network! { struct $name(Dense<64, $hidden, Relu>, Dense<$hidden, 10, Softmax>); }
    };
}

digits!(Digits, 0);

fn main() {}
