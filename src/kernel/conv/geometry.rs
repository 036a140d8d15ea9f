//! The dimensions of a convolution, and how much memory it borrows.

use core::ops::Range;

/// Floats that a convolution borrows at most to lay out a part of its input, unless a single line needs more: 16 KiB.
pub(super) const BUFFER: usize = 4096;

const fn one(size: usize) -> usize {
    if size == 0 { 1 } else { size }
}

const fn ones(pair: [usize; 2]) -> [usize; 2] {
    [one(pair[0]), one(pair[1])]
}

/// A convolution of `channels` planes of `height` by `width` to `filters` planes of `out_height` by `out_width`.
///
/// Pairs are vertical first. Padding counts the zeros above and to the left; below and to the right there are as many as the windows reach.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// Planes that come in.
    pub channels: usize,
    /// Planes that go out.
    pub filters: usize,
    /// Parts into which both are divided, each of which sees only its own.
    pub groups: usize,
    /// Height and width of what comes in.
    pub input: [usize; 2],
    /// Height and width of what goes out.
    pub output: [usize; 2],
    /// Height and width of the window.
    pub kernel: [usize; 2],
    /// From one window to the next.
    pub stride: [usize; 2],
    /// Zeros before the first row and the first column.
    pub padding: [usize; 2],
    /// From one row or column of the window to the next.
    pub dilation: [usize; 2],
}

/// A channel of the input laid out as `[row phase][column phase][line][column]`, with the [`Geometry::pitch`] from line to line: all
/// columns of all lines of a phase lie in a row, so that vectors go on from line to line. Between lines they meet a few numbers that are no
/// column of the output.
#[derive(Clone, Copy)]
pub(super) struct Planes {
    /// Lines of a phase.
    pub lines: usize,
    /// Floats of a phase.
    pub phase: usize,
    /// From one phase of rows to the next.
    pub row_phase: usize,
    /// Floats of a channel.
    pub channel: usize,
}

impl Planes {
    /// Where the numbers of the window are, if there are no more than there is room for; `turned` counts them from the last.
    pub(super) fn taps<'a>(&self, g: &Geometry, turned: bool, buffer: &'a mut [u32; MOST_TAPS]) -> Option<&'a [u32]> {
        let taps = buffer.get_mut(..g.taps())?;
        let mut places = (0..g.kernel[0]).flat_map(|row| (0..g.kernel[1]).map(move |column| (row, column)));
        let count = taps.len();
        for tap in 0..count {
            let (row, column) = places.next().unwrap_or_default();
            let (down, right) = (row * g.dilation[0], column * g.dilation[1]);
            let (rows, row_phase) = (quotient(down, g.stride[0]), down - quotient(down, g.stride[0]) * g.stride[0]);
            let (columns, phase) = (quotient(right, g.stride[1]), right - quotient(right, g.stride[1]) * g.stride[1]);
            let place = row_phase * self.row_phase + phase * self.phase + rows * g.pitch() + columns;
            let at = if turned { count - 1 - tap } else { tap };
            if let Some(tap) = taps.get_mut(at) {
                *tap = place as u32;
            }
        }
        Some(taps)
    }
}

/// Numbers of a window at most for which [`Planes`] are laid out.
pub(super) const MOST_TAPS: usize = 64;

/// `a / b`. A geometry divides by no 0, but where its numbers are known only at run time the compiler cannot tell, and would have the
/// division panic.
const fn quotient(a: usize, b: usize) -> usize {
    match a.checked_div(b) {
        Some(quotient) => quotient,
        None => 0,
    }
}

impl Geometry {
    /// The same with ones for zeros, which mistakes leave: these are told where they are, and not as a division by zero here.
    #[must_use]
    pub const fn without_zeros(self) -> Geometry {
        let Geometry { channels, filters, groups, input, output, kernel, stride, padding, dilation } = self;
        Geometry {
            channels: one(channels),
            filters: one(filters),
            groups: one(groups),
            input: ones(input),
            output: ones(output),
            kernel: ones(kernel),
            stride: ones(stride),
            padding,
            dilation: ones(dilation),
        }
    }

    /// Whether no count of the numbers that the kernels go through overflows, not even on the way back: they rely on it, for the dimensions
    /// may be those of a type that a program has written by hand.
    ///
    /// The sizes must not be 0, and the padding no more than the windows reach.
    pub const fn is_countable(&self) -> bool {
        let mut i = 0;
        let mut sides = [1, 1];
        while i < 2 {
            let reach = (self.kernel[i] as u128 - 1) * self.dilation[i] as u128;
            let windows = self.output[i] as u128 * self.stride[i] as u128 + reach;
            let padded = self.input[i] as u128 + reach;
            sides[i] = if windows > padded { windows } else { padded };
            i += 1;
        }
        let plane = sides[0].saturating_mul(sides[1]);
        let planes = if self.channels > self.filters { self.channels } else { self.filters } as u128;
        let window = self.kernel[0] as u128 * self.kernel[1] as u128;
        let weights = window.saturating_mul(self.channels as u128).saturating_mul(self.filters as u128);
        let floats = isize::MAX as u128 / 4;
        planes.saturating_mul(plane) <= floats
            && weights <= floats
            && window.saturating_mul(sides[1]) <= floats
            && plane <= u32::MAX as u128 // where the numbers of a window are is kept in 32 bits
    }

    /// Channels that one filter sees.
    pub const fn depth(&self) -> usize {
        quotient(self.channels, self.groups)
    }

    /// Filters that see the same channels.
    pub(super) const fn filters_in_group(&self) -> usize {
        quotient(self.filters, self.groups)
    }

    /// Numbers in one plane of the window.
    pub(super) const fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Numbers in one plane that comes in.
    pub const fn plane(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Numbers in one plane that goes out.
    pub const fn out_plane(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// How far the first number of a window is from the last, per direction.
    const fn reach(&self, direction: usize) -> usize {
        (self.kernel[direction] - 1) * self.dilation[direction]
    }

    /// Whether windows can be read where the input lies: no padding, and neighbours of the output are neighbours of the input.
    pub(super) const fn is_direct(&self) -> bool {
        self.stride[1] == 1
            && self.padding[0] == 0
            && self.padding[1] == 0
            && (self.output[0] - 1) * self.stride[0] + self.reach(0) < self.input[0]
            && self.output[1] + self.reach(1) <= self.input[1]
    }

    /// Columns of a line as it is laid out: those of one phase of the stride.
    pub(super) const fn pitch(&self) -> usize {
        self.output[1] + quotient(self.reach(1), self.stride[1])
    }

    /// A stride of `s` takes every `s`-th column: so many runs of such columns are laid out.
    pub(super) const fn phases(&self) -> usize {
        if self.reach(1) + 1 < self.stride[1] { self.reach(1) + 1 } else { self.stride[1] }
    }

    /// Floats of one line of one channel, where windows are read.
    pub(super) const fn line(&self) -> usize {
        if self.is_direct() { self.input[1] } else { self.pitch() * self.phases() }
    }

    /// Lines of the input under `rows` rows of the output.
    pub(super) const fn lines(&self, rows: usize) -> usize {
        (rows - 1) * self.stride[0] + self.reach(0) + 1
    }

    /// Rows of the output whose input is laid out at a time.
    pub(super) const fn strip(&self) -> usize {
        if self.is_direct() {
            return self.output[0];
        }
        let mut rows = 1;
        while rows < self.output[0] && self.depth() * self.line() * self.lines(rows + 1) <= BUFFER {
            rows += 1;
        }
        rows
    }

    /// From one channel to the next, where windows are read.
    pub(super) const fn channel_step(&self) -> usize {
        if self.is_direct() { self.plane() } else { self.lines(self.strip()) * self.line() }
    }

    /// Floats that the convolution borrows in the forward pass.
    pub const fn buffer(&self) -> usize {
        if self.is_direct() { 0 } else { self.depth() * self.channel_step() }
    }

    /// As [`phases`](Geometry::phases), of rows.
    const fn row_phases(&self) -> usize {
        if self.reach(0) + 1 < self.stride[0] { self.reach(0) + 1 } else { self.stride[0] }
    }

    /// How the input of `rows` rows of the output lies as whole planes, one for each phase of the strides.
    pub(super) const fn planes(&self, rows: usize) -> Planes {
        let (lines, pitch) = (rows + quotient(self.reach(0), self.stride[0]), self.pitch());
        let phase = lines * pitch;
        Planes { lines, phase, row_phase: self.phases() * phase, channel: self.row_phases() * self.phases() * phase }
    }

    /// How far down and to the right of the window's first number its number `tap` is, in the input.
    pub(super) const fn down_and_right(&self, tap: usize) -> [usize; 2] {
        let row = quotient(tap, self.kernel[1]);
        [row * self.dilation[0], (tap - row * self.kernel[1]) * self.dilation[1]]
    }

    /// Those `j` below `columns` for which `j·stride + right - padding` is a column of the input, and which column the first is over.
    pub(super) fn over_the_input(&self, right: usize, columns: usize) -> (Range<usize>, usize) {
        let (stride, padding) = (self.stride[1].max(1), self.padding[1]);
        let from = padding.saturating_sub(right).div_ceil(stride).min(columns);
        let to = (self.input[1] + padding).saturating_sub(right).div_ceil(stride).min(columns).max(from);
        (from..to, (from * stride + right).saturating_sub(padding))
    }

    /// Where a number of the window is, from the window's first.
    const fn tap(&self, row: usize, column: usize) -> usize {
        let (down, right) = (row * self.dilation[0], column * self.dilation[1]);
        if self.is_direct() {
            down * self.line() + right
        } else {
            down * self.line() + right % self.stride[1] * self.pitch() + right / self.stride[1]
        }
    }

    /// Where each number of the window is.
    pub const fn offsets<const KH: usize, const KW: usize>(&self) -> [[u32; KW]; KH] {
        let mut offsets = [[0; KW]; KH];
        let mut row = 0;
        while row < KH {
            let mut column = 0;
            while column < KW {
                offsets[row][column] = self.tap(row, column) as u32;
                column += 1;
            }
            row += 1;
        }
        offsets
    }

    /// Channels whose products with the gradient are held at a time on the way back.
    pub(super) const fn back_channels(&self) -> usize {
        let channels = quotient(BUFFER, self.taps() * self.output[1]);
        if channels == 0 {
            1
        } else if channels < self.depth() {
            channels
        } else {
            self.depth()
        }
    }

    /// Rows of the output that go back at a time.
    pub(super) const fn back_rows(&self) -> usize {
        let rows = quotient(BUFFER, self.back_channels() * self.taps() * self.output[1]);
        if rows == 0 {
            1
        } else if rows < self.output[0] {
            rows
        } else {
            self.output[0]
        }
    }

    /// Floats that the convolution borrows on the way back to its input.
    pub const fn back_buffer(&self) -> usize {
        if self.is_dense() {
            self.turned().buffer()
        } else if self.is_depthwise() {
            0
        } else {
            self.back_channels() * self.taps() * self.back_rows() * self.output[1]
        }
    }

    /// Whether there is a window at every place, so that the way back is a convolution too.
    pub(super) const fn is_dense(&self) -> bool {
        self.stride[0] == 1 && self.stride[1] == 1
    }

    /// The convolution on the way back, if [`is_dense`](Geometry::is_dense).
    pub(super) const fn turned(&self) -> Geometry {
        Geometry {
            channels: self.filters,
            filters: self.channels,
            input: self.output,
            output: self.input,
            padding: [self.reach(0) - self.padding[0], self.reach(1) - self.padding[1]],
            ..*self
        }
    }

    /// Where each number of the window is on the way back, which sees the window turned around; nothing is used if not all places have one.
    pub const fn back_offsets<const KH: usize, const KW: usize>(&self) -> [[u32; KW]; KH] {
        let mut turned = [[0; KW]; KH];
        if self.is_dense() {
            let offsets = self.turned().offsets::<KH, KW>();
            let mut row = 0;
            while row < KH {
                let mut column = 0;
                while column < KW {
                    turned[row][column] = offsets[KH - 1 - row][KW - 1 - column];
                    column += 1;
                }
                row += 1;
            }
        }
        turned
    }

    /// Floats that the convolution borrows in training.
    pub const fn training_buffer(&self) -> usize {
        if self.buffer() > self.back_buffer() { self.buffer() } else { self.back_buffer() }
    }

    /// Whether each filter sees one channel that no other filter sees.
    pub(super) const fn is_depthwise(&self) -> bool {
        self.depth() == 1 && self.filters == self.groups
    }

    /// Multiply-accumulate operations.
    pub const fn macs(&self) -> u64 {
        (self.filters * self.out_plane()) as u64 * (self.depth() * self.taps()) as u64
    }
}
