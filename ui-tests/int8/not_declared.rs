// 1 error (Digits | #[int8]): a network that is quantised but was not declared so
use congruent::int8::Quantize;
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    let _ = Quantize::new(&*digits);
}
