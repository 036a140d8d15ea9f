//! A network for a web page: four functions and no memory but `static`s. `check.mjs` shows how to call them.

#![no_std]

use core::cell::RefCell;
use core::panic::PanicInfo;

use congruent::prelude::*;
use congruent_device::Digits;

/// What the page and the network share. A page has one thread.
struct Page {
    network: Digits,
    workspace: Workspace<Digits, Adam, 1>,
    image: [f32; 64],
    output: [f32; 10],
}

struct OneThread(RefCell<Page>);

// SAFETY: a module without shared memory has one thread.
unsafe impl Sync for OneThread {}

static PAGE: OneThread = OneThread(RefCell::new(Page {
    network: include_weights!("../../device/digits.safetensors"),
    workspace: Workspace::zeroed(),
    image: [0.0; 64],
    output: [0.0; 10],
}));

/// Where the page is to put an image, as 64 numbers from 0 to 1.
#[unsafe(no_mangle)]
pub extern "C" fn image() -> *mut f32 {
    PAGE.0.try_borrow_mut().map_or(core::ptr::null_mut(), |mut page| page.image.as_mut_ptr())
}

/// The probabilities of the ten digits for the image, as ten numbers.
#[unsafe(no_mangle)]
pub extern "C" fn infer() -> *const f32 {
    PAGE.0.try_borrow_mut().map_or(core::ptr::null(), |mut page| {
        page.output = page.network.forward(&page.image);
        page.output.as_ptr()
    })
}

/// Starts anew, from random parameters.
#[unsafe(no_mangle)]
pub extern "C" fn forget(seed: u32) {
    if let Ok(mut page) = PAGE.0.try_borrow_mut() {
        page.network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(seed.into()));
        page.workspace.reset();
    }
}

/// Learns that the image shows this digit, and returns the loss; NaN for what is no digit.
#[unsafe(no_mangle)]
pub extern "C" fn learn(digit: u32) -> f32 {
    let Ok(mut page) = PAGE.0.try_borrow_mut() else { return f32::NAN };
    let Page { network, workspace, image, .. } = &mut *page;
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001));
    trainer.step(network, workspace, core::slice::from_ref(image), &[digit]).unwrap_or(f32::NAN)
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
