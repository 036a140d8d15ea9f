//! Weights in, weights out: files that other tools write and read.
//!
//! | format | what for | feature |
//! |---|---|---|
//! | safetensors, by `Weights::from_safetensors` | PyTorch, Hugging Face, Keras by a script, checkpoints | `safetensors` (on by default) |
//! | npz, by `Weights::from_npz` | NumPy | `npz` |
//! | ONNX, by `save_onnx` and `Weights::from_onnx` | ONNX Runtime, and what runs on phones and in browsers | `onnx` |
//!
//! Tensors go by the names of their fields, `hidden.weight`, and have PyTorch's layout, so that a `state_dict()` loads as
//! it is where the fields have the names of its modules. [`declare`] writes the network that fits a file; of an ONNX file that is the whole
//! network, whose weights [`load`](crate::NetworkFiles::load) reads from the same file.
//!
//! Every file is written whole: beside its path, then brought to disk, then renamed. When the process is killed, the disk is full or
//! the folder is read-only, the old file stays as it was. A file that is replaced keeps its mode, owner and group (where that is not
//! possible, nothing is written); its other hard links keep the old contents, and access lists and extended attributes are not
//! copied. A read-only file is an error. Symbolic links are followed, also to a file that does not exist yet; pipes and devices
//! are written to directly.
//!
//! ```
//! use congruent::prelude::*;
//! use congruent::io::Weights;
//!
//! network! { struct Digits { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> } }
//!
//! # let dir = std::env::temp_dir().join(format!("congruent-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&dir)?;
//! # let file = dir.join("digits.safetensors");
//! let digits = Digits::seeded(1);
//! digits.save(&file)?;
//!
//! let mut again = Digits::seeded(2);
//! again.load(&file)?; // all of it, or an error that lists what does not fit
//! assert_eq!(again.hidden.weight, digits.hidden.weight);
//!
//! // a file with other names: `fc1.weight` is `hidden.weight`, `fc1.bias` is `hidden.bias`
//! # Weights::of(&*digits).rename("hidden", "fc1").write_safetensors(&file)?;
//! Weights::read(&file)?.rename("fc1", "hidden").load(&mut *again)?;
//!
//! // transfer learning: what fits
//! let report = Weights::read(&file)?.load_partial(&mut *again)?;
//! assert_eq!(report.loaded, ["output.weight", "output.bias"]);
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Other tools
//!
//! The model that every Keras tutorial begins with is the same network:
//!
//! ```python
//! model = keras.Sequential([keras.Input((784,)), Dense(10, "relu", name="hidden"), Dense(10, "softmax", name="output")])
//! model.save("digits.keras")
//! ```
//!
//! `KERAS_BACKEND=jax python3 examples/keras/to_safetensors.py digits.keras digits.safetensors` writes the weights and prints the
//! `network!` above; `digits.load("digits.safetensors")?` gives the same predictions.
//!
//! What `translator.model.save_onnx_greedy("translator.onnx")?` writes takes a batch of sources of any size and decodes each target up to its end:
//!
//! ```python
//! session = onnxruntime.InferenceSession("translator.onnx")
//! tokens, lengths, log_probability = session.run(None, {"source": source, "source_lengths": source_lengths})  # all int64 but the last
//! ```
//!
//! | | |
//! |---|---|
//! | a network in flash, read when it is compiled, without `std` | `static DIGITS: Digits = include_weights!("digits.safetensors");` a tensor that is missing or has another shape does not compile |
//! | NumPy | `save("digits.npz")`, feature `npz` |
//! | ONNX, for ONNX Runtime, phones, browsers | `save_onnx`, feature `onnx`, opset 20, any batch size; sequences of variable length come with their `lengths` |
//! | an encoder-decoder that decodes there | [`EncoderDecoder::save_onnx_greedy`](crate::layers::EncoderDecoder): the loop is in the file |
//! | a declaration from a file | `cargo run --example declare --all-features -- model.onnx`; of an ONNX file, also of images, with all settings, and `load("model.onnx")` takes its weights; of weights alone, what their shapes determine |
//! | a run that continues after a crash, bit for bit | `Fit::checkpoint("run.safetensors")`; `save_best` keeps the best weights |
//! | EEPROM, a radio link | [`Snapshot`](crate::Snapshot): bytes with checksum and fingerprint of the shapes, without `std` |
//! | C | `examples/c_door`: a static library and its header |

#[cfg(feature = "std")]
pub(crate) mod atomic_write;
#[cfg(feature = "std")]
mod declaration;
#[cfg(feature = "std")]
mod declare;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
pub(crate) mod files;
#[cfg(feature = "std")]
mod format;
pub(crate) mod include;
#[cfg(feature = "npz")]
mod npy;
#[cfg(feature = "npz")]
mod npz;
#[cfg(feature = "onnx")]
pub mod onnx;
#[cfg(feature = "std")]
mod open;
mod rename;
#[cfg(feature = "safetensors")]
mod safetensors;
pub mod snapshot;
#[cfg(feature = "std")]
mod tensors;
#[cfg(feature = "std")]
pub(crate) mod weights;

#[cfg(feature = "std")]
pub use atomic_write::check_writable;
#[cfg(feature = "std")]
pub use declare::declare;
#[cfg(feature = "std")]
pub use error::{Mismatch, NotFinite, OtherShape, WeightsError};
#[cfg(feature = "std")]
pub use format::Format;
#[cfg(feature = "onnx")]
pub use onnx::OnnxError;
#[cfg(feature = "std")]
pub use tensors::{Element, StoredTensor};
#[cfg(feature = "std")]
pub use weights::{Partial, Weights};
