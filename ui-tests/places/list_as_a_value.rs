// 1 error (value | type alias): a list of layers, which is a type, as a value
use congruent::prelude::*;

fn main() {
    let digits = network![Dense<64, 32, Relu>, Dense<32, 10, Softmax>];
    println!("{:?}", digits.forward(&[0.0; 64]));
}
