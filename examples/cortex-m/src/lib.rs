//! A Cortex-M as a [`Board`]: prints over semihosting, counts with SysTick, and measures the stack by painting it.

#![no_std]

mod stack;

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use congruent_device::{Board, Cost};
use cortex_m::Peripherals;
use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_semihosting::debug::{self, EXIT_FAILURE, EXIT_SUCCESS};
use cortex_m_semihosting::hio::{self, HostStream};

/// Runs a program, and ends the emulator.
pub fn run(program: impl FnOnce(&mut CortexM)) -> ! {
    if let (Ok(output), Some(peripherals)) = (hio::hstdout(), Peripherals::take()) {
        let mut counter = peripherals.SYST;
        counter.set_clock_source(SystClkSource::Core);
        counter.set_reload(MAX);
        counter.clear_current();
        counter.enable_counter();
        program(&mut CortexM { output, _counter: counter });
        debug::exit(EXIT_SUCCESS);
    }
    debug::exit(EXIT_FAILURE);
    loop {}
}

/// The board.
pub struct CortexM {
    output: HostStream,
    /// Held so that nobody else sets it.
    _counter: SYST,
}

/// The range of SysTick: 24 bits.
const MAX: u32 = 0x00FF_FFFF;
/// How many instructions pass between two ticks: QEMU, told to take a nanosecond for each (`-icount shift=0`), lets SysTick
/// count a clock of 25 MHz. On a board, where SysTick counts the cycles of the processor, it is 1, for cycles.
const INSTRUCTIONS_IN_TICK: u32 = 40;
/// How often work is measured, to take the mean.
const TIMES: u32 = 16;

impl Board for CortexM {
    fn line(&mut self, text: fmt::Arguments) {
        let _ = writeln!(self.output, "{text}");
    }

    fn measure(&mut self, work: &mut dyn FnMut()) -> Cost {
        let stack = stack::used_by(work);
        let start = SYST::get_current();
        for _ in 0..TIMES {
            work();
        }
        let ticks = start.wrapping_sub(SYST::get_current()) & MAX;
        Cost { instructions: ticks * INSTRUCTIONS_IN_TICK / TIMES, stack }
    }

    fn deepest(&mut self, work: &mut dyn FnMut()) -> u32 {
        stack::used_by(work)
    }
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    debug::exit(EXIT_FAILURE);
    loop {}
}
