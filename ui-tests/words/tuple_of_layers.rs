// 1 error (Dense<64, 32, Relu>): the layers of a list in parentheses
use congruent::prelude::*;

type Digits = network![(Dense<64, 32, Relu>, Dense<32, 10, Softmax>)];

fn main() {
    println!("{}", Digits::PARAMETERS);
}
