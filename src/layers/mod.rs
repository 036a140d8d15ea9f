//! The layers, one a file: formula, struct, forward, backward.

mod activate;
mod chain;
mod dense;
mod dropout;
mod flatten;
mod layer_norm;
mod sequential;

pub use activate::Activate;
pub use chain::Chain;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use layer_norm::LayerNorm;
pub use sequential::Sequential;
