//! What several tests of layers share.

use congruent::layer::Layer;
use congruent::plain::Parameters;
use congruent::testing::GradientCheck;

/// Holds a layer against finite differences, all of its numbers, once for each seed.
///
/// # Panics
///
/// When a derivative of backward is wrong.
pub fn check<L: Layer + Parameters>(seeds: u64) {
    if let Err(error) = GradientCheck::new().seeds(seeds).numbers(usize::MAX).layer::<L>() {
        panic!("{error}");
    }
}
