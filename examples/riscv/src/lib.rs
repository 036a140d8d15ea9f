//! QEMU's RISC-V machine "virt" as a [`Board`]: prints to its serial port, counts with `minstret`, and measures the stack by
//! painting it.

#![no_std]

mod machine;

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use congruent_device::{Board, Cost};

/// Runs a program, and ends the emulator.
pub fn run(program: impl FnOnce(&mut Virt)) -> ! {
    program(&mut Virt);
    machine::exit(true)
}

/// The machine.
pub struct Virt;

impl Write for Virt {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(machine::send);
        Ok(())
    }
}

impl Board for Virt {
    fn line(&mut self, text: fmt::Arguments) {
        let _ = writeln!(self, "{text}");
    }

    fn measure(&mut self, work: &mut dyn FnMut()) -> Cost {
        let stack = machine::stack_used_by(work);
        let start = machine::instructions();
        work();
        Cost { instructions: machine::instructions().wrapping_sub(start), stack }
    }

    fn deepest(&mut self, work: &mut dyn FnMut()) -> u32 {
        machine::stack_used_by(work)
    }
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    machine::exit(false)
}
