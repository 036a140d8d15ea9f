// 1 error (Digits | 30,040 | 10,000 | 26,000 | 4,040 | Encoder): more than flash, with sizes by constants and a network within
use congruent::prelude::*;

const WIDE: usize = 100;
network! {
    struct Encoder(Dense<64, WIDE, Relu>);
}
network! {
    #[budget(flash = 10_000)]
    struct Digits(Encoder, Dense<WIDE, 10, Softmax>);
}

fn main() {}
