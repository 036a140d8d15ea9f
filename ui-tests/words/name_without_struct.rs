// 1 error (struct): a network without `struct`, its layers in parentheses
use congruent::prelude::*;

network! { Digits(Dense<64, 10, Softmax>); }

fn main() {}
