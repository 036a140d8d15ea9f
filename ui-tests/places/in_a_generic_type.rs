// 1 error (Dense<20, 10, Softmax> | Dense<64, 32, Relu> | 20 | 32): a network in a method of a generic type
use congruent::prelude::*;
struct Model<T>(T);
impl<T> Model<T> {
    fn new() {
        network! {
            struct Digits(Dense<64, 32, Relu>, Dense<20, 10, Softmax>);
        }
        Digits::seeded(1).forward(&[0.0; 64]);
    }
}
fn main() {}
