// 1 error (attributes | struct Name(...);): an attribute on a list of layers
use congruent::prelude::*;

type Digits = network![
    #[budget(flash = 1024)]
    Dense<64, 10, Softmax>
];

fn main() {}
