// 1 error (at least one layer): nothing at all
use congruent::prelude::*;

network! {}

fn main() {}
// by hand: what the network is to do is not known
