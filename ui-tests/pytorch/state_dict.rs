// 1 error (save | load): the parameters of a network for a file
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let mut net = Digits::seeded(1);
    net.load_state_dict("digits.safetensors");
}
