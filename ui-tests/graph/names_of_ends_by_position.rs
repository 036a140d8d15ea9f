// 1 error (hidden): outputs have names, and layers have none
use congruent::prelude::*;

network! { struct Player: [8] -> (policy: [4], value: [1]) (Dense<8, 4>, Dense<4, 1>); }

fn main() {}
