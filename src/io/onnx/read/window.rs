//! Windows that go over images: ONNX pads before and behind as it likes, `network!` the same on both sides, or so that the output
//! is as large as the input by the stride (`padding = same`).

use super::known::{int, ints, text};
use crate::io::onnx::proto::Node;

/// One direction of a window.
struct Side {
    input: usize,
    /// From its first number to its last.
    extent: usize,
    stride: usize,
    /// Zeros before the first number.
    begin: usize,
    output: usize,
}

/// A window over all directions.
pub struct Window {
    pub stride: Vec<usize>,
    pub dilation: Vec<usize>,
    pub output: Vec<usize>,
    /// Whether there are zeros on any side.
    pub is_padded: bool,
    /// `padding = 1`, `padding = same`
    pub padding: Option<String>,
    /// `remainder = drop`
    pub remainder: Option<String>,
}

/// `2`, or `(2, 1)` where the directions differ.
pub fn each(sizes: &[usize]) -> String {
    match sizes {
        [first, rest @ ..] if rest.iter().all(|size| size == first) => first.to_string(),
        sizes => format!("({})", sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A setting of a number for each direction, if they are not all `usual`.
pub fn setting(name: &str, sizes: &[usize], usual: &[usize]) -> Option<String> {
    (sizes != usual).then(|| format!("{name} = {}", each(sizes)))
}

/// A positive number for each direction.
pub fn numbers(node: &Node, name: &str, count: usize, usual: usize) -> Result<Vec<usize>, String> {
    let Some(given) = ints(node, name).filter(|given| !given.is_empty()) else { return Ok(vec![usual; count]) };
    let numbers = given.iter().map(|number| u32::try_from(*number).ok().map(|number| number as usize));
    let numbers: Option<Vec<usize>> = numbers.collect();
    numbers.filter(|numbers| numbers.len() == count).ok_or_else(|| format!("has a `{name}` of {given:?}"))
}

/// The zeros before and behind each direction.
fn pads(node: &Node, count: usize) -> Result<Option<Vec<[usize; 2]>>, String> {
    match text(node, "auto_pad").unwrap_or("NOTSET") {
        "NOTSET" => {
            let pads = numbers(node, "pads", 2 * count, 0)?;
            Ok(Some((0..count).map(|i| [pads[i], pads[i + count]]).collect()))
        }
        "VALID" => Ok(Some(vec![[0; 2]; count])),
        "SAME_UPPER" => Ok(None),
        other => Err(format!("pads by `{other}`")),
    }
}

impl Window {
    /// The window of an operator with such a kernel, over an image with sides of these sizes; or what of it cannot be said.
    pub fn of(node: &Node, kernel: &[usize], inputs: &[usize]) -> Result<Window, String> {
        let count = inputs.len();
        let (stride, dilation) = (numbers(node, "strides", count, 1)?, numbers(node, "dilations", count, 1)?);
        let pads = pads(node, count)?;
        let mut sides = Vec::new();
        let mut is_padded = false;
        for (i, (input, kernel)) in inputs.iter().zip(kernel).enumerate() {
            let (stride, dilation) = (stride[i], dilation[i]);
            if stride == 0 || dilation == 0 || *kernel == 0 {
                return Err("has a window without a size".into());
            }
            let extent = (kernel - 1).saturating_mul(dilation).saturating_add(1);
            let side = match &pads {
                Some(pads) => {
                    let [begin, end] = pads[i];
                    is_padded |= begin + end > 0;
                    let room = (input + begin + end).checked_sub(extent);
                    let room = room.ok_or_else(|| format!("has a window of {extent} over {input} numbers"))?;
                    if int(node, "ceil_mode") == Some(1) && room % stride != 0 {
                        return Err("rounds up how often its window fits, by `ceil_mode`".into());
                    }
                    Side { input: *input, extent, stride, begin, output: room / stride + 1 }
                }
                None => {
                    let mut side = Side { input: *input, extent, stride, begin: 0, output: input.div_ceil(stride) };
                    side.begin = side.same();
                    is_padded = true;
                    side
                }
            };
            sides.push(side);
        }
        let output = sides.iter().map(|side| side.output).collect();
        let (padding, remainder) = padding(&sides)?;
        Ok(Window { stride, dilation, output, is_padded, padding, remainder })
    }

    /// The settings, where the stride is this if none is written.
    pub fn settings(&self, usual_stride: &[usize]) -> Vec<String> {
        let stride = setting("stride", &self.stride, usual_stride);
        let dilation = setting("dilation", &self.dilation, &vec![1; self.dilation.len()]);
        [stride, self.padding.clone(), dilation, self.remainder.clone()].into_iter().flatten().collect()
    }
}

impl Side {
    /// How many zeros there are before the first number by `padding = same`.
    fn same(&self) -> usize {
        let last = self.output.saturating_sub(1).saturating_mul(self.stride);
        last.saturating_add(self.extent).saturating_sub(self.input) / 2
    }

    /// What is left over, if there are as many zeros behind as before.
    fn rest(&self) -> Option<usize> {
        let room = (self.input + 2 * self.begin).checked_sub(self.extent)?;
        (room / self.stride + 1 == self.output && self.begin < self.extent).then_some(room % self.stride)
    }
}

/// The settings `padding` and `remainder`.
fn padding(sides: &[Side]) -> Result<(Option<String>, Option<String>), String> {
    let rests: Option<Vec<usize>> = sides.iter().map(Side::rest).collect();
    if let Some(rests) = rests {
        let begins: Vec<usize> = sides.iter().map(|side| side.begin).collect();
        let drops = |(side, rest): (&Side, &usize)| *rest > side.begin && side.extent >= side.stride;
        let drop = sides.iter().zip(&rests).any(drops).then(|| "remainder = drop".to_owned());
        return Ok((setting("padding", &begins, &vec![0; sides.len()]), drop));
    }
    if sides.iter().all(|side| side.begin == side.same() && side.output == side.input.div_ceil(side.stride)) {
        return Ok((Some("padding = same".into()), None));
    }
    if sides.iter().any(|side| side.begin >= side.extent) {
        return Err("pads by more than its window holds".into());
    }
    Err("pads more on one side than on the other".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(input: usize, extent: usize, stride: usize, begin: usize, output: usize) -> Side {
        Side { input, extent, stride, begin, output }
    }

    fn settings(sides: &[Side]) -> String {
        match padding(sides) {
            Ok((padding, remainder)) => format!("{} {}", padding.unwrap_or_default(), remainder.unwrap_or_default()),
            Err(what) => what,
        }
    }

    #[test]
    fn padding_is_said_as_it_is_meant() {
        assert_eq!(settings(&[side(14, 3, 1, 0, 12)]), " ");
        assert_eq!(settings(&[side(14, 3, 1, 1, 14), side(9, 1, 1, 0, 9)]), "padding = (1, 0) ");
        // a column is left over, which is a mistake unless it is meant
        assert_eq!(settings(&[side(14, 3, 2, 0, 6)]), " remainder = drop");
        // the last column is one of the zeros
        assert_eq!(settings(&[side(14, 3, 2, 1, 7)]), "padding = 1 ");
        // a zero behind, none before
        assert_eq!(settings(&[side(14, 3, 2, 0, 7)]), "padding = same ");
        assert_eq!(settings(&[side(14, 2, 1, 1, 14)]), "pads more on one side than on the other");
        assert_eq!(settings(&[side(14, 2, 1, 2, 17)]), "pads by more than its window holds");
    }
}
