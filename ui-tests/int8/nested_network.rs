// 1 error (Body): a network as a layer
use congruent::prelude::*;

network! { struct Body(Dense<8, 4, Relu>); }
network! {
    #[int8]
    struct Net { body: Body, output: Dense<4, 2> }
}

fn main() {}
