//! A network that `network!` refuses, as it gives other numbers than it says, so that nobody has looked at its first layer; but its refusal
//! is a number.

use core::num::NonZeroU32;

use congruent::prelude::*;

const REFUSED: usize = 0;

struct Never(NonZeroU32);

network! { struct Network: [4] -> [5] { first: Never, second: Dense<3, 2> } }

static NETWORK: Network = congruent::plain::zeroed();

fn main() {
    println!("{}, which is not 0", NETWORK.first.0);
}
