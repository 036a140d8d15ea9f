//! A network as bytes, for an EEPROM or a radio link: refused when damaged, or when it is that of another network.
//!
//! | bytes | what |
//! |---|---|
//! | 4 | fingerprint of the names and shapes of all tensors |
//! | 4 each | the parameters, `f32`s with the lowest byte first |
//! | 4 | checksum of all before: CRC-32 as of zip and Ethernet |

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Add, Mul};

use generic_array::{ArrayLength, GenericArray};
use typenum::{Prod, Sum, U4, U8};

use crate::memory::plain::Parameters;
use crate::network::Network;

/// A network that has a [`Snapshot`], as every network has.
#[doc(hidden)]
pub trait HasSnapshot: Network {
    /// The bytes of the snapshot.
    type Length: ArrayLength;
}

impl<N: Network> HasSnapshot for N
where
    N::ParamCount: Mul<U4>,
    Prod<N::ParamCount, U4>: Add<U8>,
    Sum<Prod<N::ParamCount, U4>, U8>: ArrayLength,
{
    type Length = Sum<Prod<N::ParamCount, U4>, U8>;
}

/// A network as bytes that own their memory.
///
/// ```
/// use congruent::prelude::*;
/// use congruent::{Snapshot, SnapshotError};
///
/// network! { struct Small(Dense<2, 3, Tanh>, Dense<3, 1>); }
///
/// let trained = Small::seeded(1);
/// let snapshot = Snapshot::of(&*trained);
/// let sent: &[u8] = snapshot.as_bytes(); // 13 parameters of 4 bytes, and 8 more
/// assert_eq!(sent.len(), 60);
///
/// let mut received = Small::zeroed();
/// congruent::snapshot::read(sent, &mut received)?;
/// assert_eq!(received.forward(&[0.5, 1.0]), trained.forward(&[0.5, 1.0]));
///
/// let mut damaged = sent.to_vec();
/// damaged[20] ^= 1;
/// assert_eq!(congruent::snapshot::read(&damaged, &mut received), Err(SnapshotError::Damaged));
/// # Ok::<(), SnapshotError>(())
/// ```
pub struct Snapshot<N: HasSnapshot> {
    bytes: GenericArray<u8, N::Length>,
    network: PhantomData<N>,
}

impl<N: HasSnapshot> Clone for Snapshot<N> {
    fn clone(&self) -> Self {
        Snapshot { bytes: self.bytes.clone(), network: PhantomData }
    }
}

impl<N: HasSnapshot> Snapshot<N> {
    /// The snapshot of a network.
    #[must_use]
    pub fn of(network: &N) -> Self {
        let mut bytes = GenericArray::default();
        // the length is right, so there is no error
        let _ = write(network, &mut bytes);
        Snapshot { bytes, network: PhantomData }
    }

    /// The image in these bytes, checked.
    ///
    /// # Errors
    ///
    /// When they are not the image of such a network, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        check::<N>(bytes)?;
        let mut own = GenericArray::default();
        own.iter_mut().zip(bytes).for_each(|(own, byte)| *own = *byte);
        Ok(Snapshot { bytes: own, network: PhantomData })
    }

    /// The bytes, to be stored or sent.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Sets the parameters of a network to those in the image.
    pub fn load(&self, network: &mut N) {
        put(&self.bytes, network);
    }
}

impl<N: HasSnapshot> fmt::Debug for Snapshot<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot of {} bytes", self.bytes.len())
    }
}

/// Why bytes are not the snapshot of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// Too few bytes or too many.
    #[error("an image of {expected} bytes is expected, but there are {found}")]
    Length {
        /// the bytes of an image of this network
        expected: usize,
        /// the bytes that there are
        found: usize,
    },
    /// Whole, but of a network with other tensors.
    #[error("the image is that of another network")]
    Foreign,
    /// A byte is not what it was.
    #[error("the image is damaged: its checksum is wrong")]
    Damaged,
}

/// How many bytes the image of `N` has.
#[must_use]
pub const fn size<N: Parameters>() -> usize {
    4 * N::COUNT + 8
}

/// Writes the snapshot of a network into memory of its [`size`], where it is too large to travel by value.
///
/// # Errors
///
/// When the memory has another size.
pub fn write<N: Parameters>(network: &N, bytes: &mut [u8]) -> Result<(), SnapshotError> {
    let found = bytes.len();
    let wrong = SnapshotError::Length { expected: size::<N>(), found };
    if found != size::<N>() {
        return Err(wrong);
    }
    let (before, checksum) = bytes.split_last_chunk_mut::<4>().ok_or(wrong)?;
    let (fingerprint, parameters) = before.split_first_chunk_mut::<4>().ok_or(wrong)?;
    *fingerprint = const { N::LAYOUT.fingerprint() }.to_le_bytes();
    for (bytes, number) in parameters.as_chunks_mut::<4>().0.iter_mut().zip(network.as_flat()) {
        *bytes = number.to_le_bytes();
    }
    *checksum = crc32(before).to_le_bytes();
    Ok(())
}

/// Sets the parameters of a network to those in an image.
///
/// # Errors
///
/// When the bytes are not the image of such a network, or damaged. The network is then unchanged.
pub fn read<N: Parameters>(bytes: &[u8], network: &mut N) -> Result<(), SnapshotError> {
    check::<N>(bytes)?;
    put(bytes, network);
    Ok(())
}

fn check<N: Parameters>(bytes: &[u8]) -> Result<(), SnapshotError> {
    let (expected, found) = (size::<N>(), bytes.len());
    let (before, checksum) = bytes.split_last_chunk::<4>().ok_or(SnapshotError::Length { expected, found })?;
    let sound = crc32(before) == u32::from_le_bytes(*checksum);
    let foreign = !before.starts_with(&const { N::LAYOUT.fingerprint() }.to_le_bytes());
    if sound && foreign {
        Err(SnapshotError::Foreign)
    } else if expected != found {
        Err(SnapshotError::Length { expected, found })
    } else if !sound {
        Err(SnapshotError::Damaged)
    } else {
        Ok(())
    }
}

/// The parameters in an image that has been checked.
fn put<N: Parameters>(bytes: &[u8], network: &mut N) {
    let parameters = bytes.get(4..).unwrap_or(&[]);
    for (number, bytes) in network.as_flat_mut().iter_mut().zip(parameters.as_chunks::<4>().0) {
        *number = f32::from_le_bytes(*bytes);
    }
}

/// CRC-32 with the polynomial 0x04C11DB7, reflected; half a byte at a time, with a table of 64 bytes.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut i = 0;
        while i < 16 {
            let (mut rest, mut bit) = (i as u32, 0);
            while bit < 4 {
                rest = rest >> 1 ^ if rest & 1 == 1 { 0xEDB8_8320 } else { 0 };
                bit += 1;
            }
            table[i] = rest;
            i += 1;
        }
        table
    };
    let half = |rest: u32, nibble: u8| rest >> 4 ^ TABLE[((rest ^ u32::from(nibble)) & 15) as usize];
    !bytes.iter().fold(!0, |rest, byte| half(half(rest, *byte), byte >> 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dense, plain::zeroed};

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn foreign_short_and_damaged_images_are_refused() {
        let mut layer: Dense<2, 3> = zeroed();
        layer.bias = [1.0, f32::NAN, -0.0];
        let mut image = [0; size::<Dense<2, 3>>()];
        write(&layer, &mut image).unwrap();
        let mut other: Dense<2, 3> = zeroed();
        read(&image, &mut other).unwrap();
        assert_eq!(layer.as_flat().map_bits(), other.as_flat().map_bits());

        assert_eq!(read(&image, &mut zeroed::<Dense<3, 2>>()), Err(SnapshotError::Foreign));
        assert_eq!(read(&image[..43], &mut other), Err(SnapshotError::Length { expected: 44, found: 43 }));
        assert_eq!(read(&[], &mut other), Err(SnapshotError::Length { expected: 44, found: 0 }));
        assert!(write(&layer, &mut image[..43]).is_err());
        for bit in 0..8 * image.len() {
            let mut damaged = image;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&damaged, &mut other).is_err(), "bit {bit}");
        }
    }

    trait Bits {
        fn map_bits(&self) -> std::vec::Vec<u32>;
    }
    impl Bits for [f32] {
        fn map_bits(&self) -> std::vec::Vec<u32> {
            self.iter().map(|x| x.to_bits()).collect()
        }
    }
}
