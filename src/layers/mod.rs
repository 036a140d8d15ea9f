//! The layers, one a file: formula, struct, forward, backward.

mod activate;
mod chain;
mod conv1d;
mod conv2d;
mod dense;
mod dropout;
mod flatten;
mod layer_norm;
mod max_pool2d;
mod sequential;
mod window;

pub use activate::Activate;
pub use chain::Chain;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use layer_norm::LayerNorm;
pub use max_pool2d::MaxPool2d;
pub use sequential::Sequential;
pub use window::{Slides, Window};
