//! Where what flows through an int8 network lies: at the front and at the end of the memory in turn, with what a layer borrows between.
//!
//! It is all worked out when the program is compiled, for the sizes are constants.

use super::Int8Layer;
use super::Int8Shape;

/// The sizes of a layer, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    input: usize,
    output: usize,
    scratch: usize,
    is_identity: bool,
}

impl Size {
    /// Those of the layer `L`.
    #[must_use]
    pub const fn of<L: Int8Layer>() -> Size {
        Size {
            input: size_of::<<L::Input as Int8Shape>::Int8>(),
            output: size_of::<<L::Output as Int8Shape>::Int8>(),
            scratch: L::SCRATCH,
            is_identity: L::IS_IDENTITY,
        }
    }
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// In the caller's memory.
    Outside,
    Front,
    Back,
}

/// Where the input and the output of a layer are.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    from: End,
    to: End,
    skipped: bool,
}

/// Where all values of a network are.
#[derive(Clone, Copy, Debug)]
pub struct MemoryPlan<const N: usize> {
    /// For each layer.
    pub places: [Place; N],
    /// The bytes of all of it.
    pub bytes: usize,
}

/// Plans the memory of layers, one after the other. What changes nothing is skipped; if that is all, the first copies.
#[must_use]
pub const fn plan<const N: usize>(sizes: [Size; N]) -> MemoryPlan<N> {
    let mut last = 0; // the last that is run, which writes to the caller's memory
    let mut i = 0;
    while i < N {
        if !sizes[i].is_identity {
            last = i;
        }
        i += 1;
    }
    let mut plan = MemoryPlan { places: [Place { from: End::Outside, to: End::Outside, skipped: true }; N], bytes: 0 };
    let mut at = End::Outside;
    i = 0;
    while i <= last && i < N {
        if !sizes[i].is_identity || i == last {
            let to = match at {
                _ if i == last => End::Outside,
                End::Front => End::Back,
                _ => End::Front,
            };
            plan.places[i] = Place { from: at, to, skipped: false };
            let input = if matches!(at, End::Outside) { 0 } else { sizes[i].input };
            let output = if matches!(to, End::Outside) { 0 } else { sizes[i].output };
            let bytes = input + sizes[i].scratch + output;
            if bytes > plan.bytes {
                plan.bytes = bytes;
            }
            at = to;
        }
        i += 1;
    }
    plan
}

/// Runs a layer where the plan has it.
#[inline]
pub fn run<L: Int8Layer>(layer: &L, place: Place, input: &[i8], output: &mut [i8], memory: &mut [i8]) {
    if place.skipped {
        return;
    }
    let size = const { Size::of::<L>() };
    let at = |end: End| match (place.from == end, place.to == end) {
        (true, _) => size.input,
        (_, true) => size.output,
        _ => 0,
    };
    let (front, rest) = memory.split_at_mut_checked(at(End::Front)).unwrap_or_default();
    let between = rest.len().saturating_sub(at(End::Back));
    let (scratch, back) = rest.split_at_mut_checked(between).unwrap_or_default();
    let scratch = scratch.split_at_mut_checked(size.scratch).unwrap_or_default().0;
    match (place.from, place.to) {
        (End::Outside, End::Outside) => layer.infer(input, output, scratch),
        (End::Outside, End::Front) => layer.infer(input, front, scratch),
        (End::Outside, End::Back) => layer.infer(input, back, scratch),
        (End::Front, End::Outside) => layer.infer(front, output, scratch),
        (End::Back, End::Outside) => layer.infer(back, output, scratch),
        (End::Front, _) => layer.infer(front, back, scratch),
        (End::Back, _) => layer.infer(back, front, scratch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn size(input: usize, scratch: usize, output: usize) -> Size {
        Size { input, output, scratch, is_identity: false }
    }

    const NOTHING: Size = Size { input: 5, output: 5, scratch: 0, is_identity: true };

    #[test]
    fn values_take_the_two_ends_in_turn() {
        let plan = plan([NOTHING, size(5, 2, 7), NOTHING, size(7, 1, 3), size(3, 0, 9), NOTHING]);
        let ends = plan.places.map(|place| (place.from, place.to, place.skipped));
        assert_eq!(ends[1], (End::Outside, End::Front, false));
        assert_eq!(ends[3], (End::Front, End::Back, false));
        assert_eq!(ends[4], (End::Back, End::Outside, false));
        assert!(ends[0].2 && ends[2].2 && ends[5].2);
        assert_eq!(plan.bytes, 7 + 1 + 3);
    }

    #[test]
    fn of_nothing_the_first_copies() {
        let plan = plan([NOTHING, NOTHING]);
        assert!(!plan.places[0].skipped && plan.places[1].skipped);
        assert_eq!((plan.places[0].from, plan.places[0].to, plan.bytes), (End::Outside, End::Outside, 0));
    }
}
