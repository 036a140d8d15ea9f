//! The digits as they lie in flash: 64 pixels of 0 to 16 and a label.

use congruent::Tensor;

/// A digit in flash.
pub type Row = [u8; 65];

static TRAIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/train.bin"));
static TEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/test.bin"));

/// The digits to learn from.
pub fn train() -> &'static [Row] {
    TRAIN.as_chunks().0
}

/// The digits held out.
pub fn test() -> &'static [Row] {
    TEST.as_chunks().0
}

/// The pixels from 0 to 1, in whatever shape of 64 numbers, and the label.
pub fn digit<I: Tensor>(row: &Row) -> (I, u8) {
    let mut image = congruent::plain::zeroed::<I>();
    for (to, from) in image.as_flat_mut().iter_mut().zip(row) {
        *to = f32::from(*from) * (1.0 / 16.0);
    }
    (image, row[64])
}

/// The same digit in white on black.
pub fn inverted(row: &Row) -> ([f32; 64], u8) {
    let (image, label) = digit::<[f32; 64]>(row);
    (image.map(|pixel| 1.0 - pixel), label)
}
