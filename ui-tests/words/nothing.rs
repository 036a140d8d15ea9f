// 1 error (at least one layer): nothing at all
use congruent::prelude::*;

network! {}

fn main() {}
