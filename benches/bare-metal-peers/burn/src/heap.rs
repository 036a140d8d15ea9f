//! An allocator that remembers how much it gave at most.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use embedded_alloc::LlffHeap;

const SIZE: usize = 64 * 1024;
static mut MEMORY: [u8; SIZE] = [0; SIZE];

struct Counted {
    heap: LlffHeap,
    most: AtomicUsize,
}

#[global_allocator]
static HEAP: Counted = Counted { heap: LlffHeap::empty(), most: AtomicUsize::new(0) };

// SAFETY: the heap's own answers, unchanged.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        let memory = unsafe { self.heap.alloc(layout) };
        self.most.fetch_max(self.heap.used(), Relaxed);
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { self.heap.dealloc(memory, layout) }
    }
}

/// To be called once, before anything is allocated.
pub fn init() {
    // SAFETY: as the caller promises; nothing else uses this memory.
    unsafe { HEAP.heap.init((&raw mut MEMORY).addr(), SIZE) }
}

/// The most bytes that were in use at any time.
pub fn most() -> usize {
    HEAP.most.load(Relaxed)
}
