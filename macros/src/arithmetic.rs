// The arithmetic of shapes, once: the macro runs it where it sees numbers, and the library has the same functions, pasted by
// `__arithmetic!`, for constants that only rustc sees. So nothing here may refer to anything outside.
//
// Nothing fails: a size that cannot be is 0, which no size of a right network is, and a 0 that comes in is a mistake that is
// reported elsewhere: what is asked of it holds.

/// Whether a size is one.
pub const fn positive([size]: [usize; 1]) -> bool {
    size > 0
}

/// Whether two sizes are the same.
pub const fn agree([a, b]: [usize; 2]) -> bool {
    a == b || a == 0 || b == 0
}

/// `a + b`
pub const fn plus([a, b]: [usize; 2]) -> usize {
    a.saturating_add(b)
}

/// `a·b`
pub const fn times([a, b]: [usize; 2]) -> usize {
    a.saturating_mul(b)
}

/// A side with zeros at both ends.
pub const fn padded([size, zeros]: [usize; 2]) -> usize {
    size.saturating_add(zeros.saturating_mul(2))
}

/// The numbers from the first to the last that a window sees: `dilation·(kernel − 1) + 1`.
pub const fn extent([kernel, dilation]: [usize; 2]) -> usize {
    kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1)
}

/// How often a window stops along a side: `(size + 2·padding − extent) / stride + 1`, rounded down; 0 where it does not fit.
pub const fn window_output([size, extent, stride, padding]: [usize; 4]) -> usize {
    let padded = padded([size, padding]);
    if size == 0 || stride == 0 || extent > padded { 0 } else { (padded - extent) / stride + 1 }
}

/// Whether a window fits into a padded side.
pub const fn window_fits([size, extent, padding]: [usize; 3]) -> bool {
    size == 0 || extent <= padded([size, padding])
}

/// The largest kernel that does.
pub const fn largest_kernel([size, padding, dilation]: [usize; 3]) -> usize {
    match padded([size, padding]).saturating_sub(1).checked_div(dilation) {
        Some(steps) => steps + 1,
        None => 0,
    }
}

/// The least padding with which a window fits.
pub const fn least_padding([size, extent]: [usize; 2]) -> usize {
    extent.saturating_sub(size).div_ceil(2)
}

/// How many numbers at the end of a side no window sees, though larger steps do not skip numbers anyway.
pub const fn left_out([size, extent, stride, padding]: [usize; 4]) -> usize {
    let padded = padded([size, padding]);
    if size == 0 || stride == 0 || extent > padded || extent < stride {
        return 0;
    }
    ((padded - extent) % stride).saturating_sub(padding)
}

/// Whether windows see the end of a side.
pub const fn reaches_the_end(side: [usize; 4]) -> bool {
    left_out(side) == 0
}

/// How often a window stops with `padding = same`: `size / stride`, rounded up.
pub const fn same_output([size, stride]: [usize; 2]) -> usize {
    if stride == 0 { 0 } else { size.div_ceil(stride) }
}

/// The zeros before a side with `padding = same`: half of what the windows reach beyond it, rounded down.
pub const fn same_padding([size, extent, stride]: [usize; 3]) -> usize {
    let last = same_output([size, stride]).saturating_sub(1).saturating_mul(stride);
    last.saturating_add(extent).saturating_sub(size) / 2
}

/// What a transposed convolution makes of a side before padding is taken off: `(size − 1)·stride + extent + output padding`.
pub const fn transposed_whole([size, extent, stride, output_padding]: [usize; 4]) -> usize {
    let last = size.saturating_sub(1).saturating_mul(stride);
    if size == 0 { 0 } else { last.saturating_add(extent).saturating_add(output_padding) }
}

/// What it gives: `whole − 2·padding`, if that is anything.
pub const fn transposed_output([whole, padding]: [usize; 2]) -> usize {
    whole.saturating_sub(padding.saturating_mul(2))
}

/// Whether it gives anything.
pub const fn transposed_gives([whole, padding]: [usize; 2]) -> bool {
    whole == 0 || transposed_output([whole, padding]) > 0
}

/// Whether a number is one.
pub const fn is_one([number]: [usize; 1]) -> bool {
    number == 1
}

/// `size − 1`
pub const fn one_less([size]: [usize; 1]) -> usize {
    size.saturating_sub(1)
}

/// Whether a size is less than a limit.
pub const fn is_less([size, limit]: [usize; 2]) -> bool {
    size < limit || limit == 0
}

/// Whether a number divides a size.
pub const fn divides([divisor, size]: [usize; 2]) -> bool {
    size == 0 || divisor == 0 || size.is_multiple_of(divisor)
}

/// Whether groups of numbers are of more than one each, and so have a variance.
pub const fn has_variance([numbers, groups]: [usize; 2]) -> bool {
    numbers == 0 || groups == 0 || numbers / groups > 1
}

/// Whether groups divide channels and filters.
pub const fn groups_divide([groups, channels, filters]: [usize; 3]) -> bool {
    divides([groups, channels]) && divides([groups, filters])
}

/// The channels of one group; all where the groups do not divide them.
pub const fn depth([groups, channels, filters]: [usize; 3]) -> usize {
    if groups > 0 && groups_divide([groups, channels, filters]) { channels / groups } else { channels }
}

/// The largest number, at most `limit`, that divides both sizes.
pub const fn largest_divisor([limit, a, b]: [usize; 3]) -> usize {
    let least = if a < b { a } else { b };
    let mut divisor = if limit < least { limit } else { least };
    let mut tries = 0;
    while divisor > 1 && tries < 10_000 {
        if a.is_multiple_of(divisor) && b.is_multiple_of(divisor) {
            return divisor;
        }
        divisor -= 1;
        tries += 1;
    }
    1
}
