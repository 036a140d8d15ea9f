// 1 error (at least one layer): no layers in a list
use congruent::prelude::*;

type Digits = network![];

fn main() {}
// by hand: what the network is to do is not known
