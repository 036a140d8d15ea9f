//! How parameters lie in memory and what each tensor of them is called, as a constant: what files of weights go by.

use core::fmt;

use super::dims::Dims;
use crate::memory::text::Text;

/// How the `f32`s of a [`Parameters`](crate::Parameters) type are divided into named tensors, in the order of memory.
///
/// A tensor's name is the path to its field: `hidden.weight`, `0.bias`. `#[derive(Parameters)]` and `network!` write the
/// layout, so a layer whose fields have PyTorch's names has its tensors under PyTorch's names.
#[derive(Clone, Copy, Debug)]
pub enum Layout {
    /// An `f32`.
    Number,
    /// So many values, one after the other: a tensor where they are numbers, else layers with a position for a name.
    Array(usize, &'static Layout),
    /// The fields of a struct, one after the other.
    Fields(&'static [Field]),
    /// A layer and what comes after it, either of them a chain too; numbered from 0 along the whole chain.
    Chain(&'static Layout, &'static Layout),
    /// A chain, or a single layer with the number 0.
    List(&'static Layout),
    /// The same, of numbers that training does not learn: the running statistics of a `BatchNorm`, a frozen layer. Names and sizes are
    /// those of what it is around.
    NonTrainable(&'static Layout),
}

/// A field of a struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name or position.
    pub name: &'static str,
    /// What it holds.
    pub layout: &'static Layout,
}

/// The most bytes that a tensor's name has; what goes beyond is cut off.
pub const MAX_NAME: usize = 255;

type Name = Text<MAX_NAME>;

/// A tensor among the parameters: a run of `f32`s with a name.
#[derive(Clone, Copy)]
pub struct NamedTensor {
    name: Name,
    dims: Dims,
    offset: usize,
}

impl NamedTensor {
    /// Its name, such as `hidden.weight`.
    #[must_use]
    pub const fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Its sizes, outermost first.
    #[must_use]
    pub const fn dims(&self) -> Dims {
        self.dims
    }

    /// Where it begins in [`as_flat`](crate::Parameters::as_flat).
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many numbers it has.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.dims.count()
    }

    /// Its numbers among those of all parameters.
    #[must_use]
    pub fn slice<'a>(&self, flat: &'a [f32]) -> &'a [f32] {
        flat.get(self.offset..self.offset + self.count()).unwrap_or(&[])
    }

    /// Its numbers among those of all parameters, to write.
    #[must_use]
    pub fn slice_mut<'a>(&self, flat: &'a mut [f32]) -> &'a mut [f32] {
        flat.get_mut(self.offset..self.offset + self.count()).unwrap_or(&mut [])
    }
}

impl fmt::Debug for NamedTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.dims)
    }
}

/// What a search for the tensor of some number comes to: the tensor, or how far it has still to go.
#[allow(clippy::large_enum_variant)] // no memory to put it elsewhere
enum Search {
    Found(NamedTensor),
    Further { index: usize, offset: usize },
}

impl Layout {
    /// How many numbers there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.sum(true)
    }

    /// How many of them training does not learn.
    #[must_use]
    pub const fn non_trainable(&self) -> usize {
        self.sum(false)
    }

    /// The numbers that are not trainable, and if `trainable` those that are.
    const fn sum(&self, trainable: bool) -> usize {
        match self {
            Layout::Number => trainable as usize,
            Layout::Array(size, element) => *size * element.sum(trainable),
            Layout::Fields(fields) => {
                let (mut sum, mut i) = (0, 0);
                while i < fields.len() {
                    sum += fields[i].layout.sum(trainable);
                    i += 1;
                }
                sum
            }
            Layout::Chain(first, second) => first.sum(trainable) + second.sum(trainable),
            Layout::List(inner) => inner.sum(trainable),
            Layout::NonTrainable(inner) => inner.sum(true),
        }
    }

    /// The tensor number `index`, counted from 0.
    #[must_use]
    pub const fn tensor(&self, index: usize) -> Option<NamedTensor> {
        match self.search(Name::new(), index, 0) {
            Search::Found(tensor) => Some(tensor),
            Search::Further { .. } => None,
        }
    }

    /// All tensors, in the order of memory.
    pub fn tensors(&self) -> impl Iterator<Item = NamedTensor> {
        (0..).map_while(|index| self.tensor(index))
    }

    /// A number that tells two layouts apart, made of all names and sizes: FNV-1a (Fowler, Noll, Vo 1991).
    #[must_use]
    pub const fn fingerprint(&self) -> u32 {
        let mut hash = 0x811C_9DC5;
        let mut index = 0;
        while let Some(tensor) = self.tensor(index) {
            hash = fnv(hash, tensor.name().as_bytes());
            hash = fnv(hash, b":");
            let sizes = tensor.dims.as_slice();
            let mut i = 0;
            while i < sizes.len() {
                hash = fnv(hash, &(sizes[i] as u32).to_le_bytes());
                i += 1;
            }
            hash = fnv(hash, b";");
            index += 1;
        }
        hash
    }

    /// The sizes, if this is a single tensor.
    const fn dims(&self) -> Option<Dims> {
        match self {
            Layout::Number => Some(Dims::SCALAR),
            Layout::Array(size, element) => match element.dims() {
                Some(dims) if dims.as_slice().len() < Dims::MAX_RANK => Some(dims.within(*size)),
                _ => None,
            },
            Layout::NonTrainable(inner) => inner.dims(),
            _ => None,
        }
    }

    const fn search(&self, name: Name, index: usize, offset: usize) -> Search {
        if let Some(dims) = self.dims() {
            return match index {
                _ if dims.count() == 0 => Search::Further { index, offset }, // a bias that is left out is no tensor
                0 => Search::Found(NamedTensor { name, dims, offset }),
                _ => Search::Further { index: index - 1, offset: offset + dims.count() },
            };
        }
        match self {
            Layout::Number => Search::Further { index, offset }, // a tensor, so not met here
            Layout::Array(size, element) => {
                let (mut state, mut i) = ((index, offset), 0);
                while i < *size {
                    match element.search(join(name).digits(i as u64), state.0, state.1) {
                        Search::Further { index, offset } => state = (index, offset),
                        found => return found,
                    }
                    i += 1;
                }
                Search::Further { index: state.0, offset: state.1 }
            }
            Layout::Fields(fields) => {
                let (mut state, mut i) = ((index, offset), 0);
                while i < fields.len() {
                    match fields[i].layout.search(join(name).str(fields[i].name), state.0, state.1) {
                        Search::Further { index, offset } => state = (index, offset),
                        found => return found,
                    }
                    i += 1;
                }
                Search::Further { index: state.0, offset: state.1 }
            }
            Layout::Chain(..) => self.search_from(0, name, index, offset),
            Layout::List(inner) => inner.search_from(0, name, index, offset),
            Layout::NonTrainable(inner) => inner.search(name, index, offset),
        }
    }

    /// The search along a chain whose first layer has this position.
    const fn search_from(&self, position: u64, name: Name, index: usize, offset: usize) -> Search {
        match self {
            Layout::Chain(first, second) => match first.search_from(position, name, index, offset) {
                Search::Further { index, offset } => second.search_from(position + first.layers(), name, index, offset),
                found => found,
            },
            layer => layer.search(join(name).digits(position), index, offset),
        }
    }

    /// How many positions a chain takes.
    const fn layers(&self) -> u64 {
        match self {
            Layout::Chain(first, second) => first.layers() + second.layers(),
            _ => 1,
        }
    }
}

/// The name, ready for another part.
const fn join(name: Name) -> Name {
    if name.as_str().is_empty() { name } else { name.str(".") }
}

const fn fnv(mut hash: u32, bytes: &[u8]) -> u32 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    #![allow(dead_code)] // of a network only its layout is looked at

    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use super::*;
    use crate::layers::{Activate, Chain, Dense};
    use crate::memory::plain::Parameters;
    use crate::{Relu, network};

    #[derive(Parameters)]
    #[parameters(crate = crate)]
    #[repr(C)]
    struct Own {
        gain: f32,
        r#type: [[f32; 2]; 3],
        experts: [Dense<1, 2>; 2],
        nothing: (),
    }

    network! { pub struct Inner(Dense<3, 2, Relu>, LayerNorm); }
    network! { pub struct Outer: [3] -> [2] { inner: Inner, drop: Dropout<0.5>, out: Dense<2, 2> } }

    fn names(layout: &Layout) -> Vec<String> {
        layout.tensors().map(|tensor| format!("{tensor:?} at {}", tensor.offset())).collect()
    }

    #[test]
    fn fields_positions_and_networks_in_networks_have_a_path() {
        assert_eq!(
            names(&Own::LAYOUT),
            [
                "gain: [] at 0",
                "type: [3, 2] at 1",
                "experts.0.weight: [2, 1] at 7",
                "experts.0.bias: [2] at 9",
                "experts.1.weight: [2, 1] at 11",
                "experts.1.bias: [2] at 13",
            ]
        );
        let inner = [
            "inner.0.weight: [2, 3] at 0",
            "inner.0.bias: [2] at 6",
            "inner.1.weight: [2] at 8",
            "inner.1.bias: [2] at 10",
        ];
        assert_eq!(names(&Outer::LAYOUT)[..4], inner);
        assert_eq!(names(&Outer::LAYOUT)[4..], ["out.weight: [2, 2] at 12", "out.bias: [2] at 16"]);
    }

    #[test]
    fn the_type_form_counts_its_layers_as_pytorch_does() {
        type Listed = network![Dense<3, 3>, Relu, Inner, Dense<2, 1>];
        let expected = ["0.weight", "0.bias", "2.0.weight", "2.0.bias", "2.1.weight", "2.1.bias", "3.weight", "3.bias"];
        assert!(Listed::LAYOUT.tensors().map(|tensor| String::from(tensor.name())).eq(expected));
        type Single = network![Dense<3, 2>];
        assert_eq!(names(&Single::LAYOUT), ["0.weight: [2, 3] at 0", "0.bias: [2] at 6"]);
        type Bare = Chain<Dense<1, 1>, Activate<Relu, [f32; 1]>>;
        assert_eq!(names(&Bare::LAYOUT), ["0.weight: [1, 1] at 0", "0.bias: [1] at 1"]);
    }

    #[test]
    fn layouts_cover_all_parameters_and_differ() {
        assert_eq!((Own::LAYOUT.count(), Outer::LAYOUT.count()), (Own::COUNT, Outer::COUNT));
        assert_ne!(Dense::<2, 3>::LAYOUT.fingerprint(), Dense::<3, 2>::LAYOUT.fingerprint());
        assert_eq!(Dense::<2, 3>::LAYOUT.fingerprint(), Dense::<2, 3, Relu>::LAYOUT.fingerprint());
    }

    #[test]
    fn what_is_not_trained_is_counted_and_named_as_it_would_be() {
        network! { pub struct Tuned: [3] -> [2] { #[frozen] body: Dense<3, 2>, norm: BatchNorm1d, out: Dense<2, 2> } }
        // the body's weights and bias; the running mean and variance of 2 channels
        assert_eq!((Tuned::LAYOUT.non_trainable(), Tuned::TRAINED), (8 + 4, Tuned::PARAMETERS - 12));
        assert_eq!((Inner::LAYOUT.non_trainable(), Own::LAYOUT.non_trainable()), (0, 0));
        assert_eq!(names(&Tuned::LAYOUT)[0], "body.weight: [2, 3] at 0");
        assert_eq!(names(&Tuned::LAYOUT)[4..6], ["norm.running_mean: [2] at 12", "norm.running_var: [2] at 14"]);
    }

    #[test]
    fn a_tensor_is_a_run_of_the_flat_view() {
        let mut own: Own = crate::memory::plain::zeroed();
        own.experts[1].bias = [5.0, 6.0];
        let last = Own::LAYOUT.tensor(5).unwrap();
        assert_eq!(last.slice(own.as_flat()), [5.0, 6.0]);
        assert_eq!((own.gain, own.r#type[0][0], own.nothing), (0.0, 0.0, ()));
    }
}
