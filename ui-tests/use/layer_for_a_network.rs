// 1 error (Dense<64, 10> | network!): a layer where a network belongs
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }
struct Training {
    pub workspace: Box<Workspace<congruent::Dense<64, 10>, Adam, 8>>,
}

fn main() {
    Digits::seeded(1);
}
