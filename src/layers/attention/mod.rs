//! Attention: to each query an answer, the mean of a memory's values weighed by how well their keys answer it.
//!
//! | file | what |
//! |---|---|
//! | `score` | how well: dot product, bilinear, additive |
//! | `weights` | the softmax of scores, and what is masked |
//! | `query` | one sequence of queries and one memory, forward and backward |
//! | `attention` | that as a layer |
//! | `multi_head` | several heads over one sequence, as in transformers |
//! | `export` | as operators of ONNX |

#[allow(clippy::module_inception)] // the layer of that name
mod attention;
mod export;
mod multi_head;
mod query;
mod score;
mod weights;

pub use attention::{Attention, AttentionScratch, AttentionTape};
pub(crate) use export::{export_answer, export_rows};
pub use multi_head::{Heads, HeadsBuffer};
pub use multi_head::{MultiHeadAttention, MultiHeadTape};
pub use query::AttentionWeights;
pub(crate) use query::{Back, answer, answer_back};
pub use score::{Additive, AttentionScore, Bilinear, Dot, Query};
