//! The traits that only this crate implements, so that they may get new items in any release.

/// The supertrait of sealed traits, which cannot be named outside.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one of the types that `congruent` has for this",
    label = "the trait is implemented by `congruent` alone"
)]
pub trait Sealed {}
