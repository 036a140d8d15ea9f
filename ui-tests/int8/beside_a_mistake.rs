// 1 error (20 | 10): code with the int8 form of a wrong network
use congruent::int8::Quantize;
use congruent::prelude::*;

network! { #[int8] struct Net: [4] -> [2] { hidden: Dense<4, 10, Relu>, output: Dense<20, 2> } }

static ZERO: NetInt8 = NetInt8::zeroed();

fn main() {
    let net = Net::seeded(1);
    let (int8, report) = Quantize::new(&*net).observe(&[[0.5; 4]]).finish().unwrap();
    println!("{report} {:?} {:?}", int8.forward(&[0.5; 4]), ZERO.forward_int8(&[0; 4]));
}
