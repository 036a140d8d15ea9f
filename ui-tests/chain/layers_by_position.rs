// 1 error (Dense<20, 10, Softmax> | Dense<64, 10, Relu> | 20 | 10): layers without names do not fit
use congruent::prelude::*;

network! {
    struct Digits(Dense<64, 10, Relu>, Dense<20, 10, Softmax>);
}

fn main() {}
