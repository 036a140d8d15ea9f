//! What networks are made of: plain memory, its layout, its sharing, and where it lives.

#[cfg(feature = "std")]
pub mod aligned_box;
pub mod dims;
pub mod layout;
pub mod overlay;
pub mod pair;
pub mod plain;
pub mod static_cell;
pub(crate) mod text;
