// 1 error (generic parameter): a size that is a generic parameter of the function around
use congruent::prelude::*;

fn train<const HIDDEN: usize>() {
    network! {
        struct Digits(Dense<64, 32, Relu>, Dense<HIDDEN, 10, Softmax>);
    }
    Digits::seeded(1);
}

fn main() {}
