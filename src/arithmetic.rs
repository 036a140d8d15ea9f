//! The arithmetic of windows, for sizes that only the compiler knows: what `network!` works out for numbers, for constants.

use crate::kernel::conv::Geometry;
use crate::shape::Shape;
use crate::text::Text;

/// A sentence of a failed check.
type Sentence = Text<512>;

/// How often a window stops along a side of `size`: `(size + 2·padding − dilation·(kernel − 1) − 1) / stride + 1`, rounded down.
///
/// # Panics
///
/// While compiling, when the window is larger than the padded side, or when steps leave out numbers at its end unless `drop` allows it.
#[track_caller]
#[must_use]
pub const fn output(size: usize, kernel: usize, stride: usize, padding: usize, dilation: usize, drop: bool) -> usize {
    assert!(kernel > 0 && stride > 0 && dilation > 0, "a kernel, a stride and a dilation are 1 or more");
    let extent = (kernel - 1) * dilation + 1;
    let padded = size + 2 * padding;
    if extent > padded {
        let text = Sentence::new().str("a window of ").digits(extent as u64).str(" is larger than what comes in, ");
        let text = text.digits(size as u64).str(" with ").digits(2 * padding as u64).str(" of padding");
        panic!("{}", text.str("\nhelp: write a smaller kernel, or more padding").as_str());
    }
    let rest = (padded - extent) % stride;
    if rest > padding && extent >= stride && !drop {
        let text = Sentence::new().str("windows of ").digits(extent as u64).str(" in steps of ").digits(stride as u64);
        let text = text.str(" leave out the last ").digits((rest - padding) as u64).str(" of ").digits(size as u64);
        panic!("{}", text.str("\nhelp: write `remainder = drop` if that is meant, or `padding = same`").as_str());
    }
    (padded - extent) / stride + 1
}

/// How often a window stops with `padding = same`: `size / stride`, rounded up.
#[must_use]
pub const fn same_output(size: usize, stride: usize) -> usize {
    size.div_ceil(stride)
}

/// The zeros before a side with `padding = same`: half of what the windows reach beyond it, rounded down.
#[must_use]
pub const fn same_padding(size: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    let reach = (same_output(size, stride) - 1) * stride + (kernel - 1) * dilation + 1;
    reach.saturating_sub(size) / 2
}

/// The side that a transposed convolution makes of one of `size`:
/// `(size − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + output padding`.
///
/// # Panics
///
/// While compiling, when that is nothing.
#[track_caller]
#[must_use]
pub const fn transposed_output(
    size: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
    output_padding: usize,
) -> usize {
    assert!(kernel > 0 && stride > 0 && dilation > 0, "a kernel, a stride and a dilation are 1 or more");
    assert!(output_padding == 0 || output_padding < stride, "an output padding is less than the stride");
    let all = (size - 1) * stride + dilation * (kernel - 1) + 1 + output_padding;
    assert!(all > 2 * padding, "a transposed convolution gives nothing: its padding takes all off");
    all - 2 * padding
}

/// The size of dimension `dimension` of a shape that has `rank` of them.
///
/// # Panics
///
/// While compiling, when it has another number of dimensions.
#[track_caller]
#[must_use]
pub const fn size_of_dimension<S: Shape>(rank: usize, dimension: usize) -> usize {
    if S::DIMS.as_slice().len() != rank {
        let expected =
            if rank == 3 { "an image, `[channels, height, width]`" } else { "a signal, `[channels, length]`" };
        let text = Sentence::new().str("this layer takes ").str(expected).str(", but ").dims(&S::DIMS);
        panic!("{}", text.str(" comes in").as_str());
    }
    S::DIMS.as_slice()[dimension]
}

/// `channels / groups`.
///
/// # Panics
///
/// While compiling, when the groups do not divide channels and filters.
#[track_caller]
#[must_use]
pub const fn depth(channels: usize, filters: usize, groups: usize) -> usize {
    if groups == 0 || channels % groups != 0 || filters % groups != 0 {
        let text = Sentence::new().digits(groups as u64).str(" groups do not divide ").digits(channels as u64);
        let text = text.str(" channels and ").digits(filters as u64).str(" filters");
        panic!("{}", text.str("\nhelp: write a number of groups that divides both").as_str());
    }
    channels / groups
}

/// A geometry, of what `network!` passes: channels, filters and depth; then pairs.
const fn geometry([channels, filters, depth]: [usize; 3], pairs: [[usize; 2]; 6]) -> Geometry {
    let [input, output, kernel, stride, padding, dilation] = pairs;
    let groups = channels / depth;
    Geometry { channels, filters, groups, input, output, kernel, stride, padding, dilation }
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
        assert_eq!(output(28, 3, 1, 0, 1, false), 26);
        assert_eq!(output(28, 3, 1, 1, 1, false), 28);
        assert_eq!(output(32, 3, 2, 1, 1, false), 16);
        assert_eq!(output(32, 1, 2, 0, 1, false), 16);
        assert_eq!(output(11, 2, 2, 0, 1, true), 5);
        assert_eq!(output(11, 3, 1, 2, 2, false), 11);
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
