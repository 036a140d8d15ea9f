// 1 error (output | Boxed<Digits>): a layer that the network does not have
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }

fn main() {
    let digits = Digits::seeded(1);
    println!("{:?}", digits.output.bias);
}
