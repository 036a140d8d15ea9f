//! The network of the sine model, in `f32`.

#![no_std]
#![no_main]

use core::hint::black_box;

use congruent::prelude::*;
use congruent_device::Board;

network! { struct Sine(Dense<1, 16, Relu>, Dense<16, 16, Relu>, Dense<16, 1>); }

/// Any numbers: what it takes does not depend on them, as long as the compiler does not know them.
static SINE: Sine = Sine::from_bytes(&[0x3c; Sine::PARAMETER_BYTES]);

#[cortex_m_rt::entry]
fn main() -> ! {
    congruent_cortex_m::run(|board| {
        let cost = board.measure(&mut || {
            black_box(black_box(&SINE).forward(black_box(&[0.5])));
        });
        board.line(format_args!("instructions {} stack {}", cost.instructions, cost.stack));
    })
}
