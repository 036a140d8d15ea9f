// 1 error (CrossEntropy | Optimizer | Adam): something else for an optimizer
use congruent::prelude::*;

network! { struct Digits(Dense<64, 10, Softmax>); }
struct Training {
    pub workspace: Box<Workspace<Digits, CrossEntropy, 8>>,
}

fn main() {
    Workspace::<Digits, Adam, 8>::boxed().reset();
}
