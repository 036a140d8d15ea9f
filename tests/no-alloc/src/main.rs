//! Trains XOR with no standard library and no allocator, and exits with 0 when it has learned.
#![no_std]
#![no_main]

use congruent::StaticCell;
use congruent::prelude::*;

network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }

static NETWORK: StaticCell<Xor> = StaticCell::new(Xor::zeroed());
static WORKSPACE: StaticCell<Workspace<Xor, Adam, 4>> = StaticCell::new(Workspace::zeroed());

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let (Some(network), Some(workspace)) = (NETWORK.take(), WORKSPACE.take()) else { return 2 };
    let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = [[0.0], [1.0], [1.0], [0.0]];
    network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(1));
    let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.05));
    for _ in 0..500 {
        if trainer.step(network, workspace, &inputs, &targets).is_err() {
            return 3;
        }
    }
    let learned = inputs.iter().zip(&targets).all(|(input, target)| (network.forward(input)[0] - target[0]).abs() < 0.1);
    i32::from(!learned)
}
