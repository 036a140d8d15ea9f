//! Networks: layers that `network!` declares, with their constants.

use core::fmt;
use core::slice;

use generic_array::ArrayLength;
use typenum::{B0, B1, Const, IsLess, Le, Prod, Shleft, Shright, Sum, ToUInt, U, U4, U15, U1000, U4096, U1000000};

#[cfg(feature = "std")]
use crate::kernel::threads;
use crate::layer::Layer;
#[cfg(feature = "std")]
use crate::plain::{Boxed, Lend, Lent};
use crate::plain::{Parameters, cast_mut};
use crate::shape::{Dims, Shape};
use crate::text::Text;

/// A layer declared by `network!`, which can be trained.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "not declared by `network!`",
    note = "a single layer becomes a network by `network![...]`"
)]
pub trait Network: Layer + Parameters {
    /// How many parameters it has, as a type, so that generic code can own storage of that size.
    type ParamCount: ArrayLength;
    /// How many numbers each slot of an optimizer's state has: one for each parameter that is trained, and from 4096 on as many more as
    /// make whole lines of the cache.
    type SlotCount: ArrayLength;
    /// Its layers with shapes and sizes; prints as a table.
    const SUMMARY: Summary;

    /// A new network on the heap, its parameters drawn from `rng`.
    #[cfg(feature = "std")]
    fn boxed(rng: &mut impl rand::Rng) -> Boxed<Self> {
        let mut network = Boxed::<Self>::zeroed();
        network.initialize(crate::Init::Auto, rng);
        network
    }

    /// A new network on the heap, its parameters drawn from a generator (xoshiro256++) with this seed: the same seed
    /// gives the same bits on every platform.
    #[cfg(feature = "std")]
    fn seeded(seed: u64) -> Boxed<Self> {
        use rand::SeedableRng;
        Self::boxed(&mut rand::rngs::Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Saves the parameters to a file: npz if its name ends so, else safetensors. It is written beside `path` and then
    /// renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, and when the feature for its format, `npz` or `safetensors`, is off.
    #[cfg(feature = "std")]
    fn save(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::interchange::WeightsError> {
        crate::interchange::Weights::of(self).write(path.as_ref())
    }

    /// Writes the network as an ONNX file, which ONNX Runtime and others run: its input is called `input`, its output
    /// `output`, and the first dimension of both is a batch of any size. Sequences of up to a length come with their `lengths`; an
    /// `EncoderDecoder` takes `source`, `source_lengths`, `target` and `target_lengths`. Tokens and lengths are whole numbers of
    /// 64 bits. The operators are those of opset [`OPSET`](crate::graph::OPSET). More is in [`onnx`](crate::interchange::onnx).
    ///
    /// # Errors
    ///
    /// When a layer or an activation of one's own has no [`export`](Layer::export), and when the file cannot be written.
    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::interchange::OnnxError> {
        crate::interchange::onnx::write(self, path.as_ref())
    }

    /// Loads all parameters from a safetensors or npz file whose tensors have the names, shapes and type of this network;
    /// [`Weights`](crate::interchange::Weights) is for files that differ.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is damaged, and when it does not fit: one error lists all tensors that are missing,
    /// not expected, or of another shape or type. The network is then unchanged.
    #[cfg(feature = "std")]
    fn load(&mut self, path: impl AsRef<std::path::Path>) -> Result<(), crate::interchange::WeightsError> {
        crate::interchange::Weights::read(path)?.load(self)
    }

    /// The outputs for many inputs.
    #[cfg(feature = "std")]
    fn predict(&self, inputs: &[Self::Input]) -> Vec<Self::Output> {
        let mut outputs = vec![crate::plain::zeroed(); inputs.len()];
        let operations = usize::try_from(Self::MACS).unwrap_or(usize::MAX).saturating_mul(inputs.len());
        predict(threads::pieces(operations), (self, inputs, &mut outputs[..]).lend());
        outputs
    }
}

/// A network, and the inputs and outputs of many samples.
#[cfg(feature = "std")]
type Samples<'a, N> = Lent<(&'a N, &'a [<N as Layer>::Input], &'a mut [<N as Layer>::Output])>;

/// Infers many samples, on as many threads as there are pieces.
#[cfg(feature = "std")]
fn predict<N: Network>(pieces: usize, work: Samples<N>) {
    const CHUNK: usize = 120; // whole tiles of the kernels
    let (network, inputs, outputs) = work.here();
    let middle = threads::middle(inputs.len(), pieces, CHUNK);
    if middle == 0 {
        let mut scratch = Boxed::<N::Scratch<CHUNK>>::zeroed();
        for (inputs, outputs) in inputs.chunks(CHUNK).zip(outputs.chunks_mut(CHUNK)) {
            network.infer(inputs, outputs, &mut scratch);
        }
        return;
    }
    let (low_inputs, high_inputs) = inputs.split_at(middle);
    let (low, high) = outputs.split_at_mut(middle);
    let low = (network, low_inputs, low).lend();
    let high = (network, high_inputs, high).lend();
    threads::join(|| predict(pieces / 2, low), || predict(pieces - pieces / 2, high));
}

/// The output for one input, with all memory on the stack.
pub fn infer_one<L: Layer>(layer: &L, input: &L::Input) -> L::Output {
    let mut output = crate::plain::zeroed();
    layer.infer::<1>(slice::from_ref(input), slice::from_mut(&mut output), &mut crate::plain::zeroed());
    output
}

/// [`infer_one`] with the output as another type of the same shape: as the mapping of a network has it.
pub fn infer_as<L: Layer, O: Shape>(layer: &L, input: &L::Input) -> O {
    const { assert!(O::DIMS.same(&L::Output::DIMS), "a network gives another shape than its mapping says") };
    let mut output: O = crate::plain::zeroed();
    let outputs = cast_mut(slice::from_mut(&mut output));
    layer.infer::<1>(slice::from_ref(input), outputs, &mut crate::plain::zeroed());
    output
}

/// A network, or one in a `Boxed`: what a method that trains is given, as `&mut network` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "not declared by `network!`",
    note = "a single layer becomes a network by `network![...]`; one in a `Box` of the standard library is given as `&mut *network`"
)]
pub trait AsNetwork {
    /// The network.
    type Network: Network;

    /// The network.
    fn as_network(&self) -> &Self::Network;

    /// The network, to be changed.
    fn as_network_mut(&mut self) -> &mut Self::Network;
}

#[diagnostic::do_not_recommend]
impl<N: Network> AsNetwork for N {
    type Network = N;

    fn as_network(&self) -> &N {
        self
    }

    fn as_network_mut(&mut self) -> &mut N {
        self
    }
}

#[cfg(feature = "std")]
#[diagnostic::do_not_recommend]
impl<N: Network> AsNetwork for Boxed<N> {
    type Network = N;

    fn as_network(&self) -> &N {
        self
    }

    fn as_network_mut(&mut self) -> &mut N {
        self
    }
}

/// Whether a layer up to each one has parameters that are trained.
#[must_use]
pub const fn learns<const N: usize>(trained: [usize; N]) -> [bool; N] {
    let mut learns = [false; N];
    let (mut any, mut i) = (false, 0);
    while i < N {
        any |= trained[i] > 0;
        learns[i] = any;
        i += 1;
    }
    learns
}

/// The methods and constants that every network has of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! network_methods {
    ([$($generics:tt)*] $Network:ty) => {
        impl<$($generics)*> $Network {
            /// How many parameters the network has.
            pub const PARAMETERS: ::core::primitive::usize = <Self as $crate::Parameters>::COUNT;
            /// How many of them are trained: those of layers that are not frozen.
            pub const TRAINED: ::core::primitive::usize =
                <<Self as $crate::Layer>::Gradient as $crate::GradientOf<Self>>::TRAINED;
            /// The bytes of its parameters.
            pub const PARAMETER_BYTES: ::core::primitive::usize = ::core::mem::size_of::<Self>();
            /// Multiply-accumulate operations of the inference of one sample.
            pub const MACS: ::core::primitive::u64 = <Self as $crate::Layer>::MACS;
            /// The bytes of workspace for the inference of one sample, beyond its input and output.
            pub const INFERENCE_BYTES: ::core::primitive::usize = ::core::mem::size_of::<<Self as $crate::Layer>::Scratch<1>>();

            /// A network of zeros, for the initialiser of a `static`.
            #[must_use]
            pub const fn zeroed() -> Self {
                $crate::plain::zeroed()
            }

            /// A network of these parameters, each an `f32` of four bytes with the lowest first, for the initialiser of
            /// a `static`: `static NETWORK: Network = Network::from_bytes(include_bytes!("network.f32"));` stays in flash.
            ///
            /// # Panics
            ///
            /// When there are more or fewer bytes than parameters take; in a `static` that is a compile error.
            #[must_use]
            pub const fn from_bytes(bytes: &[u8]) -> Self {
                $crate::plain::from_bytes(bytes)
            }

            /// Draws the parameters anew, as suits each layer's activation.
            pub fn initialize(&mut self, rng: &mut dyn $crate::rand::Rng) {
                $crate::Layer::initialize(self, $crate::Init::Auto, rng);
            }

            /// Draws the parameters anew, by the rule `init` in all layers.
            pub fn initialize_with(&mut self, init: $crate::Init, rng: &mut dyn $crate::rand::Rng) {
                $crate::Layer::initialize(self, init, rng);
            }
        }
    };
}

/// The number `MILLIONS·10⁶ + THOUSANDS·10³ + ONES` as a type, written as people write it: `Params<1, 234, 567>`.
///
/// Stable Rust turns only some constants into a typenum number, all below 1000 among them; three of those make the rest.
#[derive(Clone, Copy, Debug)]
pub struct Params<const MILLIONS: usize, const THOUSANDS: usize, const ONES: usize>;

/// Fails, while compiling, when there are more parameters than [`Params`] can say.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn countable(parameters: usize) {
    if parameters >= 1_000_000_000 {
        let text = Text::<256>::new().number(parameters as u64);
        panic!(
            "{}",
            text.str(" parameters are too many\nhelp: make the layers smaller: a network has less than 1,000,000,000")
                .as_str()
        );
    }
}

/// A number that is the length of an array.
pub trait Count {
    /// The number as a typenum type.
    type Length: ArrayLength;
    /// The same, from 4096 on, where nobody counts single numbers, rounded up to a multiple of 16, a line of the cache: so long are the
    /// slots of an optimizer's state for so many parameters, so that each slot begins at a line. (An update of Adam goes through four
    /// arrays; where some of them straddle lines it takes a fifth longer.)
    type Slot: ArrayLength;
}

/// `MILLIONS·10⁶ + THOUSANDS·10³ + ONES`
type Number<const M: usize, const K: usize, const N: usize> = Sum<Sum<Prod<U<M>, U1000000>, Prod<U<K>, U1000>>, U<N>>;
/// Lines of 16 numbers that hold `C` of them.
type Lines<C> = Shright<Sum<C, U15>, U4>;

/// One of two types.
pub trait Choose<Yes, No> {
    /// The first if this is [`B1`], the second if it is [`B0`].
    type Chosen;
}

impl<Yes, No> Choose<Yes, No> for B1 {
    type Chosen = Yes;
}

impl<Yes, No> Choose<Yes, No> for B0 {
    type Chosen = No;
}

impl<const M: usize, const K: usize, const N: usize> Count for Params<M, K, N>
where
    Const<M>: ToUInt,
    Const<K>: ToUInt,
    Const<N>: ToUInt,
    U<M>: core::ops::Mul<U1000000>,
    U<K>: core::ops::Mul<U1000>,
    Prod<U<M>, U1000000>: core::ops::Add<Prod<U<K>, U1000>>,
    Sum<Prod<U<M>, U1000000>, Prod<U<K>, U1000>>: core::ops::Add<U<N>>,
    Number<M, K, N>: ArrayLength + IsLess<U4096> + core::ops::Add<U15>,
    Sum<Number<M, K, N>, U15>: core::ops::Shr<U4>,
    Lines<Number<M, K, N>>: core::ops::Shl<U4>,
    Le<Number<M, K, N>, U4096>: Choose<Number<M, K, N>, Shleft<Lines<Number<M, K, N>>, U4>, Chosen: ArrayLength>,
{
    type Length = Number<M, K, N>;
    type Slot = <Le<Number<M, K, N>, U4096> as Choose<Number<M, K, N>, Shleft<Lines<Number<M, K, N>>, U4>>>::Chosen;
}

/// What `network!` knows of a network when it is compiled.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// The network's name.
    pub name: &'static str,
    /// The shape that comes in.
    pub input: Dims,
    /// The layers in order.
    pub layers: &'static [LayerSummary],
}

/// A row of a [`Summary`].
#[derive(Clone, Copy, Debug)]
pub struct LayerSummary {
    /// The field's name or position.
    pub name: &'static str,
    /// The layer as it is written.
    pub layer: &'static str,
    /// The shape that it gives.
    pub output: Dims,
    /// Its parameters.
    pub parameters: usize,
    /// Multiply-accumulate operations for one sample.
    pub macs: u64,
    /// Workspace bytes alive while it infers one sample.
    pub bytes: usize,
}

impl LayerSummary {
    /// The row of the layer `L`.
    pub const fn of<L: Layer>(name: &'static str, layer: &'static str, bytes: usize) -> LayerSummary {
        let output = <L::Output as crate::Shape>::DIMS;
        LayerSummary { name, layer, output, parameters: size_of::<L>() / 4, macs: L::MACS, bytes }
    }
}

impl LayerSummary {
    /// Characters of a layer in the table.
    const MOST: usize = 64;

    /// As much of the layer as there is room for, and what says that there is more.
    fn beginning(&self) -> (&str, &str) {
        if self.layer.chars().count() <= Self::MOST {
            return (self.layer, "");
        }
        let end = self.layer.char_indices().nth(Self::MOST - 1).map_or(0, |(end, _)| end);
        (self.layer.get(..end).unwrap_or_default(), "…")
    }
}

impl fmt::Display for Summary {
    /// A table: layer, output shape, parameters, MACs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&LayerSummary) -> usize, head: usize| {
            self.layers.iter().map(column).max().unwrap_or(0).max(head)
        };
        let name = width(|l| l.name.chars().count(), 5);
        let layer = width(|l| l.layer.chars().count(), 5).min(LayerSummary::MOST);
        writeln!(f, "{}: {}", self.name, self.input)?;
        writeln!(f, "{:name$}  {:layer$}  {:>16}  {:>10}  {:>12}", "", "layer", "output", "parameters", "MACs")?;
        for row in self.layers {
            let output = Text::<48>::new().dims(&row.output);
            let parameters = Text::<32>::new().number(row.parameters as u64);
            let macs = Text::<32>::new().number(row.macs);
            let (output, parameters, macs) = (output.as_str(), parameters.as_str(), macs.as_str());
            let (beginning, more) = row.beginning();
            let layer = layer - more.chars().count();
            writeln!(f, "{:name$}  {beginning:layer$}{more}  {output:>16}  {parameters:>10}  {macs:>12}", row.name)?;
        }
        let parameters = Text::<32>::new().number(self.parameters());
        let macs = Text::<32>::new().number(self.macs());
        let (parameters, macs) = (parameters.as_str(), macs.as_str());
        write!(f, "{:name$}  {:layer$}  {:>16}  {parameters:>10}  {macs:>12}", "", "", "")
    }
}

impl Summary {
    /// All parameters.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        total(self.layers, Resource::Flash) / 4
    }

    /// All multiply-accumulate operations of the inference of one sample.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        total(self.layers, Resource::Macs)
    }
}

/// What `#[budget(…)]` limits.
#[derive(Clone, Copy)]
pub enum Resource {
    /// Bytes of parameters.
    Flash,
    /// Bytes of workspace for the inference of one sample.
    Ram,
    /// Multiply-accumulate operations of the inference of one sample.
    Macs,
}

/// What one layer takes.
const fn need(layer: &LayerSummary, resource: Resource) -> u64 {
    match resource {
        Resource::Flash => 4 * layer.parameters as u64,
        Resource::Ram => layer.bytes as u64,
        Resource::Macs => layer.macs,
    }
}

/// What the layers take together: RAM is shared, so there the largest counts.
const fn total(layers: &[LayerSummary], resource: Resource) -> u64 {
    let mut total = 0;
    let mut i = 0;
    while i < layers.len() {
        let need = need(&layers[i], resource);
        total = match resource {
            Resource::Ram if need < total => total,
            Resource::Ram => need,
            _ => total + need,
        };
        i += 1;
    }
    total
}

/// Fails, while compiling, when `limit` is exceeded.
///
/// # Panics
///
/// With a message that names the need of each layer and the largest.
#[track_caller]
pub const fn assert_budget(summary: &Summary, resource: Resource, limit: u64) {
    let total = total(summary.layers, resource);
    if total > limit {
        panic!("{}", over_budget(summary, resource, limit, total).as_str());
    }
}

const fn over_budget(summary: &Summary, resource: Resource, limit: u64, total: u64) -> Text<4096> {
    let (what, unit) = match resource {
        Resource::Flash => (" of flash", " bytes"),
        Resource::Ram => (" of RAM", " bytes"),
        Resource::Macs => ("", " MACs"),
    };
    let mut text = Text::new().str("`").str(summary.name).str("` needs ").number(total).str(unit);
    text = text.str(what).str(", but its budget is ").number(limit).str(unit);
    let mut largest = 0;
    let mut i = 0;
    while i < summary.layers.len() {
        let layer = &summary.layers[i];
        text = text.str("\n  ").number(need(layer, resource)).str("  ").str(layer.name).str(": ").str(layer.layer);
        if need(layer, resource) > need(&summary.layers[largest], resource) {
            largest = i;
        }
        i += 1;
    }
    let over = total - limit;
    text = text.str("\nhelp: save ").number(over).str(unit).str(", best in `").str(summary.layers[largest].name);
    text.str("`, the largest, or raise the budget")
}

impl<const N: usize> Text<N> {
    /// With dimensions added, as `[1, 28, 28]`.
    pub const fn dims(self, dims: &Dims) -> Self {
        self.str(dims.text::<160>().as_str())
    }
}

#[cfg(test)]
mod tests {
    use generic_array::typenum::Unsigned;

    use super::*;

    #[test]
    fn slots_of_many_numbers_take_whole_lines() {
        fn lengths<C: Count>() -> (usize, usize) {
            (C::Length::USIZE, C::Slot::USIZE)
        }
        assert_eq!(lengths::<Params<0, 0, 0>>(), (0, 0));
        assert_eq!(lengths::<Params<0, 4, 95>>(), (4095, 4095));
        assert_eq!(lengths::<Params<0, 4, 96>>(), (4096, 4096));
        assert_eq!(lengths::<Params<0, 4, 97>>(), (4097, 4112));
        assert_eq!(lengths::<Params<0, 669, 706>>(), (669_706, 669_712));
        assert_eq!(lengths::<Params<999, 999, 999>>(), (999_999_999, 1_000_000_000));
    }
}
