//! The stack, measured: all memory between the `static`s and the stack is painted, and what has lost its paint was used.

use core::arch::asm;

const PAINT: u32 = 0xC0DE_FACE;
/// Bytes below the stack pointer that are left to the functions of this file.
const MARGIN: usize = 16;

unsafe extern "C" {
    /// The end of the `static`s, which the linker knows.
    static mut __sheap: u32;
}

/// The stack pointer.
fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: reads a register and nothing else.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// The most bytes of stack that the work uses at any time. Work that writes elsewhere above the `static`s seems to use all
/// stack down to there.
#[inline(never)]
pub fn used_by(work: &mut dyn FnMut()) -> u32 {
    let bottom = (&raw mut __sheap).cast::<u32>();
    let top = pointer();
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
