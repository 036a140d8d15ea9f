//! Tensors in files: their names and shapes, what they are made of, and where their numbers are.

use core::fmt;
use core::ops::Range;

use super::rename::counts_batches;

/// A tensor in a file.
#[derive(Clone, Debug)]
pub struct StoredTensor {
    /// Its name.
    pub name: String,
    /// What its numbers are.
    pub element: Element,
    /// Its sizes, outermost first.
    pub shape: Vec<usize>,
    pub(crate) place: Place,
}

/// Where the numbers of a tensor are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// As they are, innermost dimension first.
    Bytes(Range<usize>),
    /// In an entry of a zip archive, after a header of this many bytes.
    #[cfg(feature = "npz")]
    Entry {
        index: usize,
        header: usize,
        /// Whether the outermost dimension comes first instead.
        fortran_order: bool,
    },
}

impl StoredTensor {
    /// Whether this is PyTorch's `num_batches_tracked`.
    pub(super) fn counts_batches(&self) -> bool {
        counts_batches(&self.name, self.shape.len())
    }
}

/// The type of a stored tensor's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Element {
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// IEEE half precision: a sign, 5 bits of exponent, 10 of fraction.
    F16,
    /// The upper half of an `f32`.
    Bf16,
    /// None of these, as the file calls it.
    Other(String),
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Element::F32 => "f32",
            Element::F64 => "f64",
            Element::F16 => "f16",
            Element::Bf16 => "bf16",
            Element::Other(name) => name,
        })
    }
}

impl Element {
    /// How many bytes a number takes, where that is known.
    pub(super) fn size(&self) -> Option<usize> {
        match self {
            Element::F32 => Some(4),
            Element::F64 => Some(8),
            Element::F16 | Element::Bf16 => Some(2),
            Element::Other(_) => None,
        }
    }

    /// The number in `bytes`, lowest first: exactly, but for `f64`, of which the nearest `f32` is taken.
    pub(super) fn number(&self, bytes: &[u8]) -> Option<f32> {
        Some(match self {
            Element::F32 => f32::from_le_bytes(bytes.try_into().ok()?),
            Element::F64 => f64::from_le_bytes(bytes.try_into().ok()?) as f32,
            Element::F16 => half(u16::from_le_bytes(bytes.try_into().ok()?)),
            Element::Bf16 => f32::from_bits(u32::from(u16::from_le_bytes(bytes.try_into().ok()?)) << 16),
            Element::Other(_) => return None,
        })
    }

    /// The numbers in `bytes`, one after the other; what is no number of this type is NaN.
    pub(super) fn numbers(&self, bytes: &[u8]) -> impl Iterator<Item = f32> {
        bytes.chunks_exact(self.size().unwrap_or(1)).map(|bytes| self.number(bytes).unwrap_or(f32::NAN))
    }
}

/// The value of a half-precision number.
fn half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (u32::from(bits >> 15) << 31, u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let magnitude = match exponent {
        0 => fraction as f32 / (1 << 24) as f32, // subnormal: fraction · 2⁻²⁴
        31 => f32::from_bits(0xFF << 23 | fraction << 13),
        _ => f32::from_bits((exponent + 112) << 23 | fraction << 13),
    };
    f32::from_bits(sign | magnitude.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_have_their_values() {
        let pairs = [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0400, 2.0_f32.powi(-14)),
            (0x0001, 2.0_f32.powi(-24)),
            (0x83FF, -1023.0 * 2.0_f32.powi(-24)),
            (0x3555, 0.333_251_95),
            (0x7C00, f32::INFINITY),
        ];
        for (bits, value) in pairs {
            assert_eq!(half(bits), value, "{bits:#06x}");
        }
        assert!(half(0x7E00).is_nan() && half(0x8000).is_sign_negative());
        assert_eq!(Element::Bf16.number(&[0x80, 0x3F]), Some(1.0));
        assert_eq!(Element::F64.number(&0.1_f64.to_le_bytes()), Some(0.1));
        assert_eq!(Element::F32.number(&[0; 3]), None);
    }
}
