// 1 error: layers without names do not fit
use congruent::prelude::*;

network! {
    struct Digits(Dense<64, 10, Relu>, Dense<20, 10, Softmax>);
}

fn main() {}
