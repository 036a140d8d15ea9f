// 1 error (BATCH | 3): a workspace without the size of a batch, not `Workspace::<Digits, Adam, 32>`
use congruent::prelude::*;

network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }

fn main() {
    let workspace = Workspace::<Digits, Adam>::boxed();
    println!("{workspace:?}");
}
