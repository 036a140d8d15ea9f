//! The sine model as microflow runs it, in eight-bit integers.

#![no_std]
#![no_main]

use core::hint::black_box;

use congruent_device::Board;
use microflow::model;
use nalgebra::matrix;

#[model("sine.tflite")]
struct Sine;

#[cortex_m_rt::entry]
fn main() -> ! {
    congruent_cortex_m::run(|board| {
        let cost = board.measure(&mut || {
            black_box(Sine::predict(black_box(matrix![0.5])));
        });
        board.line(format_args!("instructions {} stack {}", cost.instructions, cost.stack));
    })
}
