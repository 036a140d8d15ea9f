// 1 error (int8): the name of the int8 network as a string
use congruent::prelude::*;

network! {
    #[int8 = "Small"]
    struct Digits: [64] -> [10] { output: Dense<64, 10, Softmax> }
}

fn main() {}
