//! What networks are made of: plain memory, its layout, its sharing, and where it lives.
//!
//! # Without std, without an allocator
//!
//! A program with neither depends on `congruent = { version = "0.1", default-features = false }`, and needs no `unsafe` of its own: a
//! [`StaticCell`] is a `static` that is handed out once, so that network and workspace are built in place and never
//! travel over the stack.
//!
//! ```rust
//! use congruent::StaticCell;
//! use congruent::prelude::*;
//!
//! network! { struct Xor(Dense<2, 8, Tanh>, Dense<8, 1, Sigmoid>); }
//!
//! static NETWORK: StaticCell<Xor> = StaticCell::new(Xor::zeroed());
//! static WORKSPACE: StaticCell<Workspace<Xor, Adam, 4>> = StaticCell::new(Workspace::zeroed());
//!
//! fn learn() -> Option<f32> {
//!     let (network, workspace) = (NETWORK.take()?, WORKSPACE.take()?);
//!     network.initialize(&mut Xoshiro256PlusPlus::seed_from_u64(1));
//!     let trainer = Trainer::new(BinaryCrossEntropy, Adam::new(0.05));
//!     let inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
//!     for _ in 0..500 {
//!         trainer.step(network, workspace, &inputs, &[[0.0], [1.0], [1.0], [0.0]]).ok()?;
//!     }
//!     Some(network.forward(&[0.0, 1.0])[0])
//! }
//! # assert!(learn().is_some_and(|output| output > 0.9));
//! ```
//!
//! `tests/no-alloc` is such a program, linked with no allocator; `tests/no-panic` has every layer, activation, loss and optimizer,
//! and links only because neither inference nor a step of training can panic; `examples/cortex-m` and `examples/riscv` are firmware
//! that infers, trains and adapts, `examples/wasm` is a module for a browser, and `examples/bare-metal.sh` runs them all in
//! emulators and prints what they take. A layer marked `#[frozen]` keeps its parameters; what lies before the first layer that
//! learns takes no memory for training.
//!
//! What the programs take, in bytes and instructions, on emulated processors (QEMU; Rust 1.85, `opt-level = 3`), without the digits
//! that are stored beside them:
//!
//! | | flash | static RAM | peak stack | instructions | of 449 digits held out |
//! |---|---:|---:|---:|---:|---:|
//! | Cortex-M4F, inference, dense 64-32-10 | 22,487 | 140 | 300 | 7,287 | 438 |
//! | Cortex-M4F, inference, convolution | 19,019 | 1,452 | 316 | 29,042 | 442 |
//! | Cortex-M4F, a step of 4 with momentum | 29,263 | 30,292 | 1,424 | 140,202 | 436 |
//! | Cortex-M4F, a step of 4, first layer frozen | 35,975 | 13,140 | 864 | 60,150 | 411, inverted |
//! | Cortex-M0, inference, dense | 23,099 | 140 | 436 | 364,432 | 438 |
//! | Cortex-M0, inference, convolution | 20,391 | 1,452 | 524 | 553,145 | 442 |
//! | RISC-V 32 without floats, inference, dense | 21,395 | 136 | 340 | 309,568 | 438 |
//! | RISC-V 32 without floats, inference, convolution | 18,379 | 1,448 | 448 | 498,629 | 442 |
//!
//! The same sine model (1-16-16-1) in other hands, on the Cortex-M4F by Rust 1.97 (`benches/bare-metal-peers` measures it):
//!
//! | `opt-level = 3` | flash | static RAM | heap | stack | instructions |
//! |---|---:|---:|---:|---:|---:|
//! | congruent, `f32` | 3,040 | 4 | – | 280 | 1,165 |
//! | microflow 0.1.3, 8-bit integers | 3,188 | 4 | – | 400 | 10,225 |
//! | burn 0.22.1, flex, `f32` | 1,067,232 | 820 | 4,632 | 5,064 | 29,890 |
//!
//! By Rust 1.85 at this level microflow takes less flash than we do, 2,280 bytes against 3,028: its weights are of one byte, ours of four.
//!
//! | | core (`default-features = false`) | with `std` (the default) |
//! |---|---|---|
//! | declare, infer, all layers and losses, optimizers, `Trainer`, seeded initialisation | yes, no allocator | yes |
//! | networks on the heap (`boxed`, `seeded`, `predict`) | | yes |
//! | `Fit`, `data`, `metric`, `history`, `progress` | | yes |
//! | kernels | chosen when compiled, by target features | chosen at run time: AVX-512, AVX2, SSE2, NEON |
//! | curves as SVG | | feature `plot` |
//! | `History`, optimizers, schedules by serde | feature `serde`, with an allocator | feature `serde` |
//! | threads | | feature `threads` (on by default) |
//! | `testing`, gradients against finite differences | feature `testing`, with an allocator | yes |

#[cfg(feature = "testing")]
pub(crate) mod aligned_box;
pub(crate) mod dims;
pub mod layout;
pub(crate) mod overlay;
pub(crate) mod pair;
pub mod plain;
pub(crate) mod static_cell;
pub(crate) mod text;

#[cfg(feature = "testing")]
pub use aligned_box::{Boxed, zeroed_box};
pub use pair::Pair;
pub use static_cell::StaticCell;
