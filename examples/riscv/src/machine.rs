//! What of the machine is reached by its addresses and registers.

use core::arch::asm;
use core::ptr::without_provenance_mut;

/// The serial port's register to send a byte.
const SERIAL: usize = 0x1000_0000;
/// The device that ends the emulator.
const FINISHER: usize = 0x0010_0000;
const PAINT: u32 = 0xC0DE_FACE;
/// Bytes below the stack pointer that are left to the functions of this file.
const MARGIN: usize = 16;

unsafe extern "C" {
    /// The end of the `static`s, which the linker knows.
    static mut __sheap: u32;
}

/// Sends a byte over the serial port.
pub fn send(byte: u8) {
    // SAFETY: the machine has its serial port here.
    unsafe { without_provenance_mut::<u8>(SERIAL).write_volatile(byte) }
}

/// Ends the emulator.
pub fn exit(success: bool) -> ! {
    let code = if success { 0x5555 } else { 0x1_3333 };
    loop {
        // SAFETY: the machine has its finisher here.
        unsafe { without_provenance_mut::<u32>(FINISHER).write_volatile(code) }
    }
}

/// The instructions so far, the low half of their number.
pub fn instructions() -> u32 {
    let count: u32;
    // SAFETY: reads a counter and nothing else.
    unsafe { asm!("csrr {}, minstret", out(reg) count, options(nostack)) };
    count
}

/// The most bytes of stack that the work uses at any time. Work that writes elsewhere above the `static`s seems to use all
/// stack down to there.
#[inline(never)]
pub fn stack_used_by(work: &mut dyn FnMut()) -> u32 {
    let bottom = (&raw mut __sheap).cast::<u32>();
    let top: usize;
    // SAFETY: reads a register and nothing else.
    unsafe { asm!("mv {}, sp", out(reg) top, options(nomem, nostack)) };
    let words = top.saturating_sub(MARGIN).saturating_sub(bottom.addr()) / 4;
    for i in 0..words {
        // SAFETY: between the statics and the stack nothing lives; the stack pointer is a margin above.
        unsafe { bottom.add(i).write_volatile(PAINT) };
    }
    work();
    // SAFETY: as above, to read.
    let unpainted = (0..words).find(|i| unsafe { bottom.add(*i).read_volatile() } != PAINT);
    (top - (bottom.addr() + 4 * unpainted.unwrap_or(words))) as u32
}
