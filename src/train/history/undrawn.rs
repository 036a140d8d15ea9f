//! Curves without the feature that draws them: rustc finds the method, whose bound nothing meets, and says what to write.

use std::io;
use std::path::Path;

use super::History;

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "curves are drawn by the feature `plot` of `congruent`",
    label = "write `features = [\"plot\"]` for `congruent` in Cargo.toml"
)]
pub trait Drawn<Never> {}

/// What a history can do with the feature `plot`.
pub trait DrawSvg {
    /// There is none.
    fn draw_svg(&self, _path: impl AsRef<Path>) -> io::Result<()> {
        Ok(())
    }
}

impl DrawSvg for History where History: for<'never> Drawn<&'never ()> {}
