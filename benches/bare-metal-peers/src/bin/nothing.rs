//! What the programs of this folder take without a network: the start, the counting, the printing.

#![no_std]
#![no_main]

use congruent_device::Board;

#[cortex_m_rt::entry]
fn main() -> ! {
    congruent_cortex_m::run(|board| {
        let cost = board.measure(&mut || ());
        board.line(format_args!("instructions {} stack {}", cost.instructions, cost.stack));
    })
}
