// 1 error (BATCH | 3): a workspace without its optimizer, not `Workspace::<Digits, Adam, 32>`
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let workspace = Workspace::<Digits, 32>::boxed();
    println!("{workspace:?}");
}
