//! How the window of a convolution or a pool goes over a plane.

use core::fmt::Debug;
use core::marker::PhantomData;

use crate::int8::Int8Shape;
use crate::kernel::conv::Geometry;
use crate::layer::graph::{Attribute, Graph, Value};
use crate::memory::plain::Parameters;
use crate::memory::text::Text;
use crate::sealed::Sealed;
use crate::shape::{Shape, Tensor, first};

/// One direction of a window, over `INPUT` rows or columns.
///
/// The window covers `KERNEL` of them, each `DILATION` from the next, and stops `OUTPUT` times: first `PADDING` before the first row or
/// column, then `STRIDE` further each time. `network!` computes all of it from the settings of a layer.
#[derive(Clone, Debug)]
pub struct Side<
    const INPUT: usize,
    const KERNEL: usize,
    const OUTPUT: usize,
    const STRIDE: usize,
    const PADDING: usize,
    const DILATION: usize,
>;

/// A window over images, that goes down by the [`Side`] `V` and to the right by the [`Side`] `H`.
///
/// A convolution by it borrows memory for the lines that it works on: `SCRATCH` floats in inference, `TRAINING` in training. A pool borrows
/// none.
#[derive(Clone, Debug)]
pub struct Window2d<V, H, const SCRATCH: usize = 0, const TRAINING: usize = 0>(PhantomData<(V, H)>);

/// A window along signals, that goes by the [`Side`] `S`; the memory is that of a [`Window2d`].
///
/// For the kernels a signal is an image of one row.
#[derive(Clone, Debug)]
pub struct Window1d<S, const SCRATCH: usize = 0, const TRAINING: usize = 0>(PhantomData<S>);

/// How the window of a layer goes over each of its planes: [`Window1d`] or [`Window2d`].
///
/// It is sealed, for the kernels rely on the constants and the types to say the same.
pub trait Window: Send + Sync + Sized + Sealed + 'static {
    /// What the window weighs: `[[f32; KW]; KH]`, or `[f32; K]`.
    type Kernel: Int8Shape + Debug;
    /// One channel of what the window goes over: `[[f32; W]; H]`, or `[f32; L]`.
    type Plane: Int8Shape;
    /// A number for each stop of the window: `[[f32; OW]; OH]`, or `[f32; OL]`.
    type Stops: Int8Shape;
    /// What a convolution borrows in inference.
    type Scratch: Parameters;
    /// What a convolution borrows in training.
    type Training: Parameters;

    /// 1 along signals, 2 over images.
    const DIRECTIONS: usize;
    /// All numbers, of one channel and one filter. Whether they fit together, `geometry` checks.
    #[doc(hidden)]
    const GEOMETRY: Geometry;
    /// Where each number of the window is. (It does not depend on the channels.)
    #[doc(hidden)]
    const TAPS: &'static [u32];
    /// The same on the way back.
    #[doc(hidden)]
    const BACK_TAPS: &'static [u32];
}

impl<V, H, const SCRATCH: usize, const TRAINING: usize> Sealed for Window2d<V, H, SCRATCH, TRAINING> {}
impl<S, const SCRATCH: usize, const TRAINING: usize> Sealed for Window1d<S, SCRATCH, TRAINING> {}

impl<
    const H: usize,
    const KH: usize,
    const OH: usize,
    const SH: usize,
    const PH: usize,
    const DH: usize,
    const W: usize,
    const KW: usize,
    const OW: usize,
    const SW: usize,
    const PW: usize,
    const DW: usize,
    const SCRATCH: usize,
    const TRAINING: usize,
> Window for Window2d<Side<H, KH, OH, SH, PH, DH>, Side<W, KW, OW, SW, PW, DW>, SCRATCH, TRAINING>
{
    type Kernel = [[f32; KW]; KH];
    type Plane = [[f32; W]; H];
    type Stops = [[f32; OW]; OH];
    type Scratch = [f32; SCRATCH];
    type Training = [f32; TRAINING];

    const DIRECTIONS: usize = 2;
    const GEOMETRY: Geometry = Geometry {
        channels: 1,
        filters: 1,
        groups: 1,
        input: [H, W],
        output: [OH, OW],
        kernel: [KH, KW],
        stride: [SH, SW],
        padding: [PH, PW],
        dilation: [DH, DW],
    };
    const TAPS: &'static [u32] = const { &Self::GEOMETRY.offsets::<KH, KW>() }.as_flattened();
    const BACK_TAPS: &'static [u32] = const { &Self::GEOMETRY.back_offsets::<KH, KW>() }.as_flattened();
}

impl<
    const L: usize,
    const K: usize,
    const OL: usize,
    const S: usize,
    const P: usize,
    const D: usize,
    const SCRATCH: usize,
    const TRAINING: usize,
> Window for Window1d<Side<L, K, OL, S, P, D>, SCRATCH, TRAINING>
{
    type Kernel = [f32; K];
    type Plane = [f32; L];
    type Stops = [f32; OL];
    type Scratch = [f32; SCRATCH];
    type Training = [f32; TRAINING];

    const DIRECTIONS: usize = 1;
    const GEOMETRY: Geometry = Row::<Side<L, K, OL, S, P, D>>::GEOMETRY;
    const TAPS: &'static [u32] = Row::<Side<L, K, OL, S, P, D>>::TAPS;
    const BACK_TAPS: &'static [u32] = Row::<Side<L, K, OL, S, P, D>>::BACK_TAPS;
}

/// A window along signals, as the kernels see it.
type Row<S> = Window2d<Side<1, 1, 1, 1, 0, 1>, S>;

/// The name of a layer by the directions of its window.
pub(super) const fn named<G: Window>([signal, image]: [&'static str; 2]) -> &'static str {
    if G::DIRECTIONS == 1 { signal } else { image }
}

/// The geometry of `channels` planes under the window `G`, all of it held against the rules.
///
/// # Panics
///
/// While compiling, when the numbers contradict one another.
pub(crate) const fn geometry<G: Window>(layer: &str, channels: usize, filters: usize, depth: usize) -> Geometry {
    let divide = depth > 0
        && channels.is_multiple_of(depth)
        && channels > 0
        && filters > 0
        && filters.is_multiple_of(channels / depth);
    if !divide {
        let text = Text::<160>::new().str("the groups of a `").str(layer).str("` must divide its ");
        let text = text.number(channels as u64).str(" channels and its ").number(filters as u64).str(" filters");
        panic!("{}", text.as_str());
    }
    let window = G::GEOMETRY;
    let mut i = 0;
    while i < 2 {
        if !stops(&window, i) {
            let text = Text::<200>::new().str("the window of a `").str(layer).str("` of ");
            let text = text.number(window.kernel[i] as u64).str(" cannot stop ").number(window.output[i] as u64);
            panic!("{}", text.str(" times over ").number(window.input[i] as u64).str(" rows or columns").as_str());
        }
        i += 1;
    }
    let geometry = Geometry { channels, filters, groups: channels / depth, ..window };
    if !geometry.is_countable() {
        let text =
            Text::<160>::new().str("the planes and windows of a `").str(layer).str("` are larger than can be counted");
        panic!("{}", text.as_str());
    }
    geometry
}

/// Whether the first and the last window see something of the input. (None of it can overflow: the kernels rely on it.)
const fn stops(window: &Geometry, i: usize) -> bool {
    let (input, output, kernel) = (window.input[i], window.output[i], window.kernel[i]);
    let (stride, padding, dilation) = (window.stride[i], window.padding[i], window.dilation[i]);
    if kernel == 0 || stride == 0 || dilation == 0 || input == 0 || output == 0 {
        return false;
    }
    let (Some(reach), Some(last)) = (dilation.checked_mul(kernel - 1), (output - 1).checked_mul(stride)) else {
        return false;
    };
    let Some(end) = input.checked_add(padding) else { return false };
    padding <= reach && last < end
}

/// Adds an operator that goes by the window `G`. `pads` are the zeros before the first and behind the last row and column; `more` are up
/// to two more settings.
pub(super) fn export<G: Window>(
    [height, width]: [[usize; 2]; 2],
    operator: &str,
    inputs: &[Value],
    more: &[(&str, Attribute)],
    graph: &mut dyn Graph,
) -> Value {
    let ints = |pair: [usize; 2]| pair.map(|size| size as i64);
    let g = &G::GEOMETRY;
    let (kernel, strides, dilations) = (ints(g.kernel), ints(g.stride), ints(g.dilation));
    let pads = [height[0], width[0], height[1], width[1]].map(|zeros| zeros as i64);
    let along = [pads[1], pads[3]];
    let (pads, from): (&[i64], _) = if G::DIRECTIONS == 1 { (&along, 1) } else { (&pads, 0) };
    let mut settings = [("", Attribute::Int(0)); 6];
    let own = [
        ("kernel_shape", Attribute::Ints(&kernel[from..])),
        ("strides", Attribute::Ints(&strides[from..])),
        ("pads", Attribute::Ints(pads)),
        ("dilations", Attribute::Ints(&dilations[from..])),
    ];
    for (setting, given) in settings.iter_mut().zip(own.iter().chain(more)) {
        *setting = *given;
    }
    graph.node(operator, inputs, first(&settings, own.len() + more.len()))
}

/// Adds the parameters of a convolution to a graph: the inputs of its operator, of which the last is none without a bias.
pub(super) fn inputs<T: Tensor, const BIAS: usize>(
    graph: &mut dyn Graph,
    input: Value,
    weight: &T,
    bias: &[f32; BIAS],
) -> [Value; 3] {
    let weight = graph.constant("weight", T::DIMS, weight.as_flat());
    let bias = if BIAS == 0 { Value::NONE } else { graph.constant("bias", <[f32; BIAS]>::DIMS, bias) };
    [input, weight, bias]
}

/// The zeros before the first and behind the last row and column that windows reach.
pub(super) fn pads(g: &Geometry) -> [[usize; 2]; 2] {
    [0, 1].map(|i| {
        let reached = (g.output[i] - 1) * g.stride[i] + (g.kernel[i] - 1) * g.dilation[i] + 1;
        [g.padding[i], reached.saturating_sub(g.input[i] + g.padding[i])]
    })
}

/// Height and width of what comes in and of what goes out, if both are images of as many channels and `T` leaves the border `before`.
///
/// # Panics
///
/// While compiling, when they are not.
pub(crate) const fn planes<S: Tensor, T: Tensor>(layer: &str, before: [usize; 2]) -> [usize; 4] {
    if let ([c, h, w], [oc, oh, ow]) = (S::DIMS.as_slice(), T::DIMS.as_slice())
        && *c == *oc
        && *h + before[0] <= *oh
        && *w + before[1] <= *ow
        && *h * *w > 0
    {
        return [*h, *w, *oh, *ow];
    }
    let text = Text::<160>::new().str("a `").str(layer).str("` does not map ").dims(&S::DIMS).str(" to ");
    panic!("{}", text.dims(&T::DIMS).as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: usize = 1 << (usize::BITS - 1);
    const QUARTER: usize = 1 << (usize::BITS / 2 - 1);

    /// A side of which nothing is told but its numbers: a window of one that stands still.
    type Still = Side<4, 1, 1, 1, 0, 1>;

    #[test]
    #[should_panic(expected = "cannot stop 3 times over 4")]
    fn a_stride_that_comes_back_to_small_numbers_is_no_stride() {
        let _ = geometry::<Window2d<Side<4, 1, 3, HALF, 0, 1>, Still>>("Conv2d", 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "cannot stop 1 times over 4")]
    fn nor_a_dilation() {
        let _ = geometry::<Window2d<Side<4, 3, 1, 1, 0, HALF>, Still>>("Conv2d", 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "larger than can be counted")]
    fn nor_a_plane() {
        // 2^n planes of which one number is left when they are counted
        let _ = geometry::<Window2d<Side<{ HALF + 1 }, 1, 1, 1, 0, 1>, Side<2, 1, 1, 1, 0, 1>>>("MaxPool2d", 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "larger than can be counted")]
    fn nor_memory_for_lines() {
        type Long = Window2d<Side<1, 2, 1, 1, 0, QUARTER>, Side<1, 2, 1, 1, 0, { 8 * QUARTER }>>;
        let _ = geometry::<Long>("Conv2d", 4, 4, 4);
    }

    #[test]
    fn large_images_can_be_counted() {
        type Large = Side<16384, 3, 8192, 2, 1, 1>;
        let g = geometry::<Window2d<Large, Large>>("Conv2d", 4, 1, 4);
        assert_eq!(g.out_plane(), 1 << 26);
    }

    /// The kernels read at these places without asking again: they must be those of the layer's own geometry, whatever its channels.
    #[test]
    fn numbers_of_a_window_are_at_the_same_places_in_all_channels() {
        fn holds<G: Window, const KH: usize, const KW: usize>() {
            for [channels, filters, depth] in [[1, 1, 1], [6, 4, 6], [6, 4, 3], [8, 8, 1], [512, 512, 512]] {
                let g = geometry::<G>("Conv2d", channels, filters, depth);
                assert_eq!(g.offsets::<KH, KW>().as_flattened(), G::TAPS);
                assert_eq!(g.back_offsets::<KH, KW>().as_flattened(), G::BACK_TAPS);
            }
        }
        // direct; padded; with a stride; dilated; along a signal
        holds::<Window2d<Side<9, 3, 7, 1, 0, 1>, Side<8, 2, 7, 1, 0, 1>>, 3, 2>();
        holds::<Window2d<Side<9, 3, 9, 1, 1, 1>, Side<8, 5, 8, 1, 2, 1>>, 3, 5>();
        holds::<Window2d<Side<9, 3, 5, 2, 1, 1>, Side<8, 3, 3, 3, 1, 1>>, 3, 3>();
        holds::<Window2d<Side<9, 3, 5, 1, 0, 2>, Side<9, 3, 4, 2, 1, 2>>, 3, 3>();
        holds::<Window1d<Side<20, 5, 9, 2, 1, 1>>, 1, 5>();
    }
}
