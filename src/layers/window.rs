//! How the window of a convolution or a pool goes over a plane.

use crate::kernel::conv::Geometry;
use crate::layer::graph::{Attribute, Graph, Value};
use crate::memory::text::Text;
use crate::shape::{Dims, Tensor, first};

/// A window that goes over a plane of `H` by `W`, and stops `OH` by `OW` times.
///
/// It steps by `SH` and `SW`, begins `PT` rows above and `PL` columns left of the plane, and takes every `DH`-th row and `DW`-th column
/// of what it covers. `network!` computes all of it from the settings of a layer.
#[derive(Clone, Debug)]
pub struct Window<
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const SH: usize,
    const SW: usize,
    const PT: usize,
    const PL: usize,
    const DH: usize,
    const DW: usize,
>;

/// The numbers of a [`Window`], for layers that hold no parameters and so need not name them.
pub trait Slides: Send + Sync + 'static {
    /// Height and width of what comes in.
    const INPUT: [usize; 2];
    /// Height and width of what goes out.
    const OUTPUT: [usize; 2];
    /// From one place of the window to the next.
    const STRIDE: [usize; 2];
    /// Rows and columns before the first.
    const PADDING: [usize; 2];
    /// From one row or column within the window to the next.
    const DILATION: [usize; 2];
}

impl<
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const SH: usize,
    const SW: usize,
    const PT: usize,
    const PL: usize,
    const DH: usize,
    const DW: usize,
> Slides for Window<H, W, OH, OW, SH, SW, PT, PL, DH, DW>
{
    const INPUT: [usize; 2] = [H, W];
    const OUTPUT: [usize; 2] = [OH, OW];
    const STRIDE: [usize; 2] = [SH, SW];
    const PADDING: [usize; 2] = [PT, PL];
    const DILATION: [usize; 2] = [DH, DW];
}

/// The geometry of `channels` planes under the window `S` of size `kernel`, all of it held against the rules.
///
/// # Panics
///
/// While compiling, when the numbers contradict one another.
pub(super) const fn geometry<S: Slides>(
    layer: &str,
    kernel: [usize; 2],
    channels: usize,
    filters: usize,
    depth: usize,
) -> Geometry {
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
    let mut i = 0;
    while i < 2 {
        if !stops::<S>(kernel[i], i) {
            let text = Text::<200>::new().str("the window of a `").str(layer).str("` of ").number(kernel[i] as u64);
            let text = text.str(" cannot stop ").number(S::OUTPUT[i] as u64).str(" times over ");
            panic!("{}", text.number(S::INPUT[i] as u64).str(" rows or columns").as_str());
        }
        i += 1;
    }
    let geometry = Geometry {
        channels,
        filters,
        groups: channels / depth,
        input: S::INPUT,
        output: S::OUTPUT,
        kernel,
        stride: S::STRIDE,
        padding: S::PADDING,
        dilation: S::DILATION,
    };
    if !geometry.is_countable() {
        let text =
            Text::<160>::new().str("the planes and windows of a `").str(layer).str("` are larger than can be counted");
        panic!("{}", text.as_str());
    }
    geometry
}

/// Whether the first and the last window see something of the input. (None of it can overflow: the kernels rely on it.)
const fn stops<S: Slides>(kernel: usize, i: usize) -> bool {
    let possible = kernel > 0 && S::STRIDE[i] > 0 && S::DILATION[i] > 0 && S::INPUT[i] > 0 && S::OUTPUT[i] > 0;
    if !possible {
        return false;
    }
    let (Some(reach), Some(last)) =
        (S::DILATION[i].checked_mul(kernel - 1), (S::OUTPUT[i] - 1).checked_mul(S::STRIDE[i]))
    else {
        return false;
    };
    let Some(end) = S::INPUT[i].checked_add(S::PADDING[i]) else { return false };
    S::PADDING[i] <= reach && last < end
}

/// Adds an operator that goes by windows, over images or, of one row, signals. `pads` are the zeros before the first and
/// behind the last row and column; `more` are up to two more settings.
pub(super) fn export(
    g: &Geometry,
    [height, width]: [[usize; 2]; 2],
    dims: &Dims,
    operator: &str,
    inputs: &[Value],
    more: &[(&str, Attribute)],
    graph: &mut dyn Graph,
) -> Value {
    let ints = |pair: [usize; 2]| pair.map(|size| size as i64);
    let (kernel, strides, dilations) = (ints(g.kernel), ints(g.stride), ints(g.dilation));
    let pads = [height[0], width[0], height[1], width[1]].map(|zeros| zeros as i64);
    let along = [pads[1], pads[3]];
    let signal = dims.as_slice().len() == 2;
    let from = usize::from(signal);
    let mut settings = [("", Attribute::Int(0)); 6];
    let own = [
        ("kernel_shape", Attribute::Ints(&kernel[from..])),
        ("strides", Attribute::Ints(&strides[from..])),
        ("pads", Attribute::Ints(if signal { &along } else { &pads })),
        ("dilations", Attribute::Ints(&dilations[from..])),
    ];
    for (setting, given) in settings.iter_mut().zip(own.iter().chain(more)) {
        *setting = *given;
    }
    graph.node(operator, inputs, first(&settings, own.len() + more.len()))
}

/// The zeros before the first and behind the last row and column that windows reach.
pub(super) fn pads(g: &Geometry) -> [[usize; 2]; 2] {
    [0, 1].map(|i| {
        let reached = (g.output[i] - 1) * g.stride[i] + (g.kernel[i] - 1) * g.dilation[i] + 1;
        [g.padding[i], reached.saturating_sub(g.input[i] + g.padding[i])]
    })
}

/// Checks that a pool of windows of size `kernel` maps `S` to `T`.
///
/// # Panics
///
/// While compiling, when it does not.
pub(super) const fn assert_pool<S: Tensor, T: Tensor, G: Slides>(layer: &str, kernel: [usize; 2]) {
    let geometry = geometry::<G>(layer, kernel, 1, 1, 1);
    let (plane, out_plane) = (geometry.input[0] * geometry.input[1], geometry.output[0] * geometry.output[1]);
    if S::COUNT % plane != 0 || T::COUNT % out_plane != 0 || S::COUNT / plane != T::COUNT / out_plane {
        let text = Text::<160>::new().str("a `").str(layer).str("` maps planes to as many planes, but ").dims(&S::DIMS);
        panic!("{}", text.str(" and ").dims(&T::DIMS).str(" do not fit its window").as_str());
    }
}

/// Height and width of what comes in and of what goes out, if both are images of as many channels and `T` leaves the border `before`.
///
/// # Panics
///
/// While compiling, when they are not.
pub(super) const fn planes<S: Tensor, T: Tensor>(layer: &str, before: [usize; 2]) -> [usize; 4] {
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

    #[test]
    #[should_panic(expected = "cannot stop 3 times over 4")]
    fn a_stride_that_comes_back_to_small_numbers_is_no_stride() {
        let _ = geometry::<Window<4, 4, 3, 1, HALF, 1, 0, 0, 1, 1>>("Conv2d", [1, 1], 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "cannot stop 1 times over 4")]
    fn nor_a_dilation() {
        let _ = geometry::<Window<4, 4, 1, 1, 1, 1, 0, 0, HALF, 1>>("Conv2d", [3, 1], 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "larger than can be counted")]
    fn nor_a_plane() {
        // 2^n planes of which one number is left when they are counted
        let _ = geometry::<Window<{ HALF + 1 }, 2, 1, 1, 1, 1, 0, 0, 1, 1>>("MaxPool2d", [1, 1], 1, 1, 1);
    }

    #[test]
    #[should_panic(expected = "larger than can be counted")]
    fn nor_room_for_lines() {
        let _ = geometry::<Window<1, 1, 1, 1, 1, 1, 0, 0, QUARTER, { 8 * QUARTER }>>("Conv2d", [2, 2], 4, 4, 4);
    }

    #[test]
    fn large_images_can_be_counted() {
        let g = geometry::<Window<16384, 16384, 8192, 8192, 2, 2, 1, 1, 1, 1>>("Conv2d", [3, 3], 4, 1, 4);
        assert_eq!(g.out_plane(), 1 << 26);
    }
}
