//! Windows over images as ONNX has them, read as settings: ONNX pads before and behind as it likes, `network!` the same on both
//! sides, or so that the output is as large as the input by the stride (`padding = same`).

use crate::layer::import::{Declared, Found, Node, Numbers, Reading, Tensor, each, setting};

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

/// The zeros before and behind each direction.
enum Pads {
    Of(Vec<[usize; 2]>),
    /// So that the output is as large as the input by the stride; an odd zero stands before the first number if `lower`.
    Same {
        lower: bool,
    },
}

fn pads(node: &dyn Node, count: usize) -> Result<Pads, String> {
    match node.text("auto_pad").unwrap_or("NOTSET") {
        "NOTSET" => {
            let pads = node.sizes_of("pads", 2 * count, 0)?;
            Ok(Pads::Of((0..count).map(|i| [pads[i], pads[i + count]]).collect()))
        }
        "VALID" => Ok(Pads::Of(vec![[0; 2]; count])),
        "SAME_UPPER" => Ok(Pads::Same { lower: false }),
        "SAME_LOWER" => Ok(Pads::Same { lower: true }),
        other => Err(format!("pads by `{other}`")),
    }
}

impl Window {
    /// The window of an operator with such a kernel, over an image with sides of these sizes; or what of it cannot be said.
    pub fn of(node: &dyn Node, kernel: &[usize], inputs: &[usize]) -> Result<Window, String> {
        let count = inputs.len();
        let (stride, dilation) = (node.sizes_of("strides", count, 1)?, node.sizes_of("dilations", count, 1)?);
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
                Pads::Of(pads) => {
                    let [begin, end] = pads[i];
                    is_padded |= begin + end > 0;
                    let span = (input + begin + end).checked_sub(extent);
                    let span = span.ok_or_else(|| format!("has a window of {extent} over {input} numbers"))?;
                    let up = node.int("ceil_mode") == Some(1) && span % stride != 0;
                    // a window more, unless it would begin behind the last number
                    let more = up && (span / stride + 1) * stride < input + begin;
                    if more && node.operator() != "MaxPool" {
                        return Err("rounds up how often its window fits, by `ceil_mode`".into());
                    }
                    is_padded |= more;
                    Side { input: *input, extent, stride, begin, output: span / stride + 1 + usize::from(more) }
                }
                Pads::Same { lower } => {
                    let mut side = Side { input: *input, extent, stride, begin: 0, output: input.div_ceil(stride) };
                    let zeros = side.zeros();
                    side.begin = if *lower { zeros.div_ceil(2) } else { zeros / 2 };
                    is_padded |= zeros > 0;
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
    /// How many zeros there are by `padding = same`.
    fn zeros(&self) -> usize {
        let last = self.output.saturating_sub(1).saturating_mul(self.stride);
        last.saturating_add(self.extent).saturating_sub(self.input)
    }

    /// What is left over, if there are as many zeros behind as before.
    fn rest(&self) -> Option<usize> {
        let span = (self.input + 2 * self.begin).checked_sub(self.extent)?;
        (span / self.stride + 1 == self.output && self.begin < self.extent).then_some(span % self.stride)
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
    if sides.iter().all(|side| side.begin == side.zeros() / 2 && side.output == side.input.div_ceil(side.stride)) {
        return Ok((Some("padding = same".into()), None));
    }
    if sides.iter().any(|side| side.begin >= side.extent) {
        return Err("pads by more than its window holds".into());
    }
    Err("pads more on one side than on the other".into())
}

/// The weights of a convolution, their first two sizes, its kernel, and its number of groups.
pub fn kernel(node: &dyn Node, sides: &[usize]) -> Result<(Tensor, [usize; 2], Vec<usize>, usize), String> {
    let weight = node.tensor(1)?;
    let dims = weight.dims.clone();
    let [first, second, kernel @ ..] = &dims[..] else { return Err("has no weights of a convolution".into()) };
    if kernel.len() != sides.len()
        || node
            .sizes_of("kernel_shape", kernel.len(), 0)?
            .iter()
            .zip(kernel)
            .any(|(stated, k)| *stated != 0 && stated != k)
    {
        return Err(format!("has weights of the shape {dims:?}, over sides of {sides:?}"));
    }
    let groups = node.int("group").unwrap_or(1);
    let groups = usize::try_from(groups).ok().filter(|groups| *groups > 0).ok_or("has no groups")?;
    Ok((weight, [*first, *second], kernel.to_vec(), groups))
}

/// The parameters of a convolution.
pub fn with_bias(weight: Tensor, bias: Option<Tensor>) -> Vec<(&'static str, Numbers)> {
    let bias = bias.map(|bias| ("bias", Numbers::Of(bias)));
    core::iter::once(("weight", Numbers::Of(weight))).chain(bias).collect()
}

/// A pool over a signal or an image, by these words; whether its padding counts as it does in `network!`.
pub fn pool(node: &dyn Node, words: [&'static str; 2], pads: bool) -> Reading {
    let (channels, sides) = node.planes()?;
    let kernel = node.sizes_of("kernel_shape", sides.len(), 1)?;
    let window = Window::of(node, &kernel, &sides)?;
    if window.dilation.iter().any(|dilation| *dilation != 1) {
        return Err("has a dilation".into());
    }
    if window.is_padded && !pads {
        return Err("leaves out zeros of its padding from its means".into());
    }
    let word = words[sides.len() - 1];
    let settings = window.settings(&kernel);
    let sizes = core::iter::once(channels).chain(window.output).collect();
    Found::layer(Declared { word, arguments: vec![each(&kernel)], settings, ..Declared::default() }, sizes)
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
