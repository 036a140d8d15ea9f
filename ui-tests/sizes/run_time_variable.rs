// 1 error (non-constant value | hidden): a variable as a size
use congruent::prelude::*;

fn main() {
    let hidden = std::env::args().count();
    network! {
        struct Digits: [64] -> [10] {
            hidden: Dense<64, hidden, Relu>,
            output: Dense<_, 10, Softmax>,
        }
    }
    Digits::seeded(1).forward(&[0.0; 64]);
}
