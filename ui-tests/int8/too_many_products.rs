// 1 error (70000 | 65536): sums that 32 bits may not hold
use congruent::prelude::*;

network! { #[int8] struct Wide(Dense<70_000, 2>); }

static ZERO: WideInt8 = WideInt8::zeroed();

fn main() {
    println!("{:?}", ZERO.output_quantization());
}
