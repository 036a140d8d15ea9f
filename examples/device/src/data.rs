//! The digits as they lie in flash: 64 pixels of 0 to 16 and a label.

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

/// The pixels from 0 to 1, and the label.
pub fn digit(row: &Row) -> ([f32; 64], u8) {
    let mut image = [0.0; 64];
    for (to, from) in image.iter_mut().zip(row) {
        *to = f32::from(*from) * (1.0 / 16.0);
    }
    (image, row[64])
}

/// The same digit in white on black.
pub fn inverted(row: &Row) -> ([f32; 64], u8) {
    let (image, label) = digit(row);
    (image.map(|pixel| 1.0 - pixel), label)
}
