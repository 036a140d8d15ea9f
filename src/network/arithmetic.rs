//! The arithmetic of windows, for sizes that only the compiler knows: what `network!` works out for numbers, for constants.

use crate::kernel::conv::Geometry;
use crate::memory::text::Text;
use crate::shape::Shape;

/// A sentence of a failed check.
type Sentence = Text<512>;

/// Fails, while compiling, when a size is zero.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_positive(what: &str, size: usize) {
    if size == 0 {
        panic!("{}", Sentence::new().str(what).str(" cannot be zero\nhelp: write a number of 1 or more").as_str());
    }
}

/// Fails, while compiling, unless the heads of `layer` divide its features.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_heads(layer: &str, heads: usize, features: usize) {
    if heads == 0 || !features.is_multiple_of(heads) {
        let text = Sentence::new().str(layer).str(" has ").counted(heads as u64, " head");
        let text = text.str(", which do not divide its ").digits(features as u64).str(" features");
        panic!("{}", text.str("\nhelp: write a number that divides ").digits(features as u64).as_str());
    }
}

/// Fails, while compiling, unless a decoder that scores by dot product has as many units as its encoder gives features.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_dot_product(units: usize, encoder: &str, features: usize) {
    if units != features {
        let text = Sentence::new().str("a dot product is of as many numbers on both sides, but the decoder has ");
        let text = text.digits(units as u64).str(" units and ").str(encoder).str(" gives ").digits(features as u64);
        let text = text.str("\nhelp: write ").digits(features as u64).str(" units, or `score = Bilinear`");
        panic!("{}", text.as_str());
    }
}

/// How often a window stops along a side of `size`: `(size + 2·padding − dilation·(kernel − 1) − 1) / stride + 1`, rounded down; 1 where
/// [`assert_window`] fails.
#[must_use]
pub const fn output([size, kernel, stride, padding, dilation]: [usize; 5]) -> usize {
    let extent = kernel.saturating_sub(1) * dilation + 1;
    let padded = size + 2 * padding;
    if extent > padded || stride == 0 { 1 } else { (padded - extent) / stride + 1 }
}

/// Fails, while compiling, when the window of `layer` is larger than the padded side that `before` gives, or when steps leave out numbers
/// at its end unless `drop` allows it.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_window(
    [layer, before]: [&str; 2],
    [size, kernel, stride, padding, dilation]: [usize; 5],
    drop: bool,
) {
    if size == 0 {
        return; // what comes in is a mistake, which is told where it is
    }
    if kernel == 0 || stride == 0 || dilation == 0 {
        let text = Sentence::new().str("a kernel, a stride and a dilation cannot be zero, but one in ").str(layer);
        panic!("{}", text.str(" is\nhelp: write a number of 1 or more").as_str());
    }
    let extent = (kernel - 1) * dilation + 1;
    let padded = size + 2 * padding;
    let start = Sentence::new().str(layer);
    if extent > padded {
        let text = start.str(" has windows of ").digits(extent as u64).str(", but ").str(before);
        let text = text.str(" is ").digits(size as u64);
        let text = if padding > 0 { text.str(", ").digits(padded as u64).str(" with its padding") } else { text };
        panic!(
            "{}",
            text.str("\nhelp: write a kernel of at most ").digits(padded as u64).str(", or more padding").as_str()
        );
    }
    if padding >= extent {
        let text = start.str(" has windows of ").digits(extent as u64).str(" in padding of ").digits(padding as u64);
        let text = text.str(", so that some see nothing but zeros\nhelp: write a padding of at most ");
        panic!("{}", text.digits(extent as u64 - 1).as_str());
    }
    let rest = (padded - extent) % stride;
    if rest > padding && extent >= stride && !drop {
        let text = start.str(" has windows of ").digits(extent as u64).str(" in steps of ").digits(stride as u64);
        let text = text.str(", which leave out the last ").digits((rest - padding) as u64).str(" of ");
        let text = text.digits(size as u64).str("\nhelp: write `remainder = drop` if that is meant");
        panic!("{}", text.str(", or choose sizes that leave nothing out").as_str());
    }
}

/// Fails, while compiling, unless this is a dropout rate.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_rate(rate: f32) {
    if !(rate >= 0.0 && rate < 1.0) {
        let text = Sentence::new().str("a dropout rate is a number from 0 to below 1, but ").thousandths(rate);
        panic!("{}", text.str(" was found\nhelp: write a number such as 0.2").as_str());
    }
}

/// How often a window stops with `padding = same`: `size / stride`, rounded up.
#[must_use]
pub const fn same_output(size: usize, stride: usize) -> usize {
    size.div_ceil(stride)
}

/// The zeros before a side with `padding = same`: half of what the windows reach beyond it, rounded down.
#[must_use]
pub const fn same_padding(size: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    let reach = same_output(size, stride).saturating_sub(1) * stride + (kernel - 1) * dilation + 1;
    reach.saturating_sub(size) / 2
}

/// The side that a transposed convolution makes of one of `size`:
/// `(size − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + output padding`; 1 where [`assert_transposed`] fails.
#[must_use]
pub const fn transposed_output([size, kernel, stride, padding, dilation, output_padding]: [usize; 6]) -> usize {
    let all = size.saturating_sub(1) * stride + dilation * kernel.saturating_sub(1) + 1 + output_padding;
    if all > 2 * padding { all - 2 * padding } else { 1 }
}

/// Fails, while compiling, when a transposed convolution gives nothing, or has more output padding than its stride can leave over.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_transposed(layer: &str, [size, kernel, stride, padding, dilation, output_padding]: [usize; 6]) {
    let all = size.saturating_sub(1) * stride + dilation * kernel.saturating_sub(1) + 1 + output_padding;
    let possible = kernel > 0 && stride > 0 && dilation > 0 && padding <= (kernel - 1) * dilation && all > 2 * padding;
    if !possible || output_padding >= stride {
        let text = Sentence::new().str(layer).str(" makes nothing of ").digits(size as u64).str(" by a kernel of ");
        let text = text.digits(kernel as u64).str(", a stride of ").digits(stride as u64).str(", a padding of ");
        let text = text.digits(padding as u64).str(" and an output padding of ").digits(output_padding as u64);
        panic!(
            "{}",
            text.str("\nhelp: pad by less than the kernel, and at the output by less than the stride").as_str()
        );
    }
}

/// Fails, while compiling, unless the shape that comes into `layer` is an image or, with fewer dimensions, a signal.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_planes<S: Shape>([layer, before]: [&str; 2], rank: usize) {
    if S::DIMS.as_slice().len() != rank {
        let taken = if rank == 3 { "an image, `[channels, height, width]`" } else { "a signal, `[channels, length]`" };
        let text = Sentence::new().str(layer).str(" takes ").str(taken).str(", but ").str(before);
        let text = text.str(" gives the shape ").dims(&S::DIMS);
        panic!("{}", text.str("\nhelp: insert `Reshape` before it, with channels and sides").as_str());
    }
}

/// The size of dimension `dimension` of a shape that has `rank` of them; 0 where [`assert_planes`] fails.
#[must_use]
pub const fn size_of_dimension<S: Shape>(rank: usize, dimension: usize) -> usize {
    let sizes = S::DIMS.as_slice();
    if sizes.len() == rank { sizes[dimension] } else { 0 }
}

/// `channels / groups`; all channels where [`assert_groups`] fails.
#[must_use]
pub const fn depth(channels: usize, filters: usize, groups: usize) -> usize {
    if divides(channels, filters, groups) { channels / groups } else { channels }
}

const fn divides(channels: usize, filters: usize, groups: usize) -> bool {
    groups > 0 && channels.is_multiple_of(groups) && filters.is_multiple_of(groups)
}

/// Fails, while compiling, when the groups of `layer` do not divide channels and filters.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_groups(layer: &str, [channels, filters, groups]: [usize; 3]) {
    if !divides(channels, filters, groups) {
        let text =
            Sentence::new().str(layer).str(" has ").digits(groups as u64).str(" groups, which do not divide its ");
        let text = text.digits(channels as u64).str(" channels and ").digits(filters as u64).str(" filters");
        panic!("{}", text.str("\nhelp: write a number that divides both").as_str());
    }
}

/// `a + b`, where `network!` cannot write it as a number.
#[must_use]
pub const fn plus(a: usize, b: usize) -> usize {
    a + b
}

/// A side with `zeros` at both ends.
#[must_use]
pub const fn padded(size: usize, zeros: usize) -> usize {
    size + 2 * zeros
}

/// `a·b`
#[must_use]
pub const fn times(a: usize, b: usize) -> usize {
    a * b
}

/// A geometry, of what `network!` passes: channels, filters and depth; then pairs.
const fn geometry([channels, filters, depth]: [usize; 3], pairs: [[usize; 2]; 6]) -> Geometry {
    let [input, output, kernel, stride, padding, dilation] = pairs;
    let groups = match channels.checked_div(depth) {
        Some(groups) => groups,
        None => 1,
    };
    Geometry { channels, filters, groups, input, output, kernel, stride, padding, dilation }.without_zeros()
}

/// Floats that a convolution borrows in inference.
#[must_use]
pub const fn room(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).room()
}

/// Floats that a transposed convolution borrows in inference, of the geometry of the convolution that goes the other way.
#[must_use]
pub const fn back_room(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).back_room()
}

/// Floats that a convolution borrows in training.
#[must_use]
pub const fn training_room(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).training_room()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stop_as_often_as_in_pytorch() {
        assert_eq!(output([28, 3, 1, 0, 1]), 26);
        assert_eq!(output([28, 3, 1, 1, 1]), 28);
        assert_eq!(output([32, 3, 2, 1, 1]), 16);
        assert_eq!(output([32, 1, 2, 0, 1]), 16);
        assert_eq!(output([11, 2, 2, 0, 1]), 5);
        assert_eq!(output([11, 3, 1, 2, 2]), 11);
    }

    #[test]
    fn same_divides_and_rounds_up() {
        for (size, kernel, stride, padding) in [(28, 3, 1, 1), (28, 3, 2, 0), (29, 3, 2, 1), (7, 5, 3, 2), (8, 1, 2, 0)]
        {
            assert_eq!(same_output(size, stride), size.div_ceil(stride));
            assert_eq!(same_padding(size, kernel, stride, 1), padding, "{size}, {kernel}, {stride}");
        }
    }
}
