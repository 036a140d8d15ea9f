//! Sums, differences, products and quotients with constants: several of them one after the other are one `a·x + b`.
//!
//! Behind a convolution or a dense layer without activation they go into its weights. Elsewhere they are a convolution of single numbers
//! with a group for each channel, or for each number where they differ within a channel.

use super::chain::{Chain, Way};
use super::layer::{Layer, Numbers};
use super::operators::Refused;
use super::simplify::{Array, Data, common, count};
use crate::io::onnx::proto::Node;
use crate::layer::import::product;

/// Constants of more numbers than these are not computed with.
const MOST: usize = 1 << 16;

/// `a·x + b`, with `a` and `b` over the dimensions of a sample, of which those of size 1 repeat.
pub struct Affine {
    scale: Array,
    shift: Array,
}

impl Affine {
    /// The same for all numbers.
    pub fn of_numbers([scale, shift]: [f32; 2], rank: usize) -> Affine {
        let all = |number| Array { dims: vec![1; rank], data: Data::Floats(vec![number]) };
        Affine { scale: all(scale), shift: all(shift) }
    }

    fn changes_nothing(&self) -> bool {
        let all = |array: &Array, number: f32| array.floats().is_some_and(|floats| floats.iter().all(|f| *f == number));
        all(&self.scale, 1.0) && all(&self.shift, 0.0)
    }

    /// `op(a·x + b, c)`, or with `first`, `op(c, a·x + b)`.
    fn then(self, operator: &str, constant: &Array, first: bool) -> Result<Affine, String> {
        let Affine { scale, shift } = self;
        Ok(match (operator, first) {
            ("Add", _) => Affine { scale, shift: both(&shift, constant, |b, c| b + c)? },
            ("Sub", false) => Affine { scale, shift: both(&shift, constant, |b, c| b - c)? },
            ("Sub", true) => {
                Affine { scale: both(&scale, &scale, |a, _| -a)?, shift: both(&shift, constant, |b, c| c - b)? }
            }
            ("Mul", _) => {
                Affine { scale: both(&scale, constant, |a, c| a * c)?, shift: both(&shift, constant, |b, c| b * c)? }
            }
            ("Div", false) => {
                Affine { scale: both(&scale, constant, |a, c| a / c)?, shift: both(&shift, constant, |b, c| b / c)? }
            }
            _ => return Err("divides a constant by what comes in".into()),
        })
    }

    /// Both over these dimensions, one number after the other.
    fn over(&self, dims: &[usize]) -> Option<[Vec<f32>; 2]> {
        let [scale, shift] =
            [&self.scale, &self.shift].map(|array| array.broadcast(dims)?.floats().map(<[f32]>::to_vec));
        Some([scale?, shift?])
    }

    /// The dimensions in which it differs.
    fn dims(&self) -> Option<Vec<usize>> {
        common(&self.scale.dims, &self.shift.dims)
    }
}

fn both(one: &Array, other: &Array, of: impl Fn(f32, f32) -> f32) -> Result<Array, String> {
    let found = || {
        let dims = common(&one.dims, &other.dims).filter(|dims| count(dims).is_some_and(|count| count <= MOST))?;
        let (one, other) = (one.broadcast(&dims)?, other.broadcast(&dims)?);
        let numbers = one.floats()?.iter().zip(other.floats()?).map(|(one, other)| of(*one, *other)).collect();
        Some(Array { dims, data: Data::Floats(numbers) })
    };
    found().ok_or_else(|| "has constants of shapes that do not go together, or too many numbers".into())
}

/// Operators of this kind.
pub const OPERATORS: &[&str] = &["Add", "Sub", "Mul", "Div", "Neg"];

impl<'a> Chain<'a> {
    /// Adds what an operator with a constant computes, and all such behind it.
    pub fn arithmetic(&mut self, node: &'a Node) -> Refused {
        if !OPERATORS.contains(&node.op_type.as_str()) {
            return Err("is no layer here".into());
        }
        let mut affine = self.then(Affine::of_numbers([1.0, 0.0], self.at.sizes.len()), node)?;
        let (mut last, mut behind) = (node, Vec::new());
        while let Some((position, next)) = OPERATORS.iter().find_map(|operator| self.next(last, operator)) {
            let constants = next.input.iter().filter(|name| self.known.has(name)).count();
            if constants + 1 != next.input.len() || !matches!(self.find(next, position), Ok(None)) {
                break;
            }
            affine = self.then(affine, next)?;
            last = next;
            behind.push(position);
        }
        self.affine(node, &affine)?;
        self.take(&behind);
        Ok(())
    }

    fn then(&self, affine: Affine, node: &Node) -> Result<Affine, String> {
        if node.op_type == "Neg" {
            return affine.then("Mul", &Affine::of_numbers([-1.0, 0.0], 0).scale, false);
        }
        let [one, other] = &node.input[..] else { return Err("is no layer here".into()) };
        let first = self.known.has(one);
        let name = if first { one } else { other };
        if !self.known.has(name) {
            return Err(format!("takes `{one}` and `{other}`, which do not begin with the same value"));
        }
        if self.version < 7 && super::known::attribute(node, "axis").is_some() {
            return Err("is aligned by `axis`, as before version 7 of the operators".into());
        }
        let constant = self.known.weight(name).and_then(|weight| Array::of(weight.tensor));
        let constant = constant.filter(|constant| constant.floats().is_some());
        let constant = constant.ok_or_else(|| format!("takes `{name}`, whose numbers are not known here"))?;
        affine.then(&node.op_type, &over_sample(&self.at, &constant)?, first)
    }

    /// Adds `a·x + b`.
    pub fn affine(&mut self, node: &Node, affine: &Affine) -> Refused {
        if affine.changes_nothing() || self.absorb(affine).is_some() {
            return Ok(());
        }
        let (sizes, order) = (self.at.sizes.clone(), self.at.order.clone());
        let dims = affine.dims().ok_or("has constants of shapes that do not go together")?;
        let all = product(&sizes);
        // channels that have numbers of their own, and how many numbers one has
        let (channels, shape) = match (&dims[..], &sizes[..]) {
            (dims, [_]) if dims.iter().all(|size| *size == 1) => (vec![1], vec![1, all]),
            ([_, rest @ ..], [channels, _] | [channels, _, _]) if rest.iter().all(|size| *size == 1) => {
                (core::iter::once(*channels).chain(rest.iter().copied()).collect(), sizes.clone())
            }
            ([_, rest @ ..], [channels, sides @ ..]) if rest.iter().all(|size| *size == 1) => {
                (core::iter::once(*channels).chain(rest.iter().copied()).collect(), vec![*channels, product(sides)])
            }
            _ => (sizes.clone(), vec![all, 1]),
        };
        if count(&channels).is_none_or(|count| count > MOST) {
            return Err("has too many constants".into());
        }
        let [scale, shift] = affine.over(&channels).ok_or("has constants of shapes that do not go together")?;
        self.reshape(shape.clone());
        self.add(node, pointwise(&shape, scale, shift), shape);
        self.at.sizes = sizes;
        self.at.order = order;
        Ok(())
    }

    /// The same in the weights of the layer before, if it is linear and has a number of its own for each of its outputs.
    fn absorb(&mut self, affine: &Affine) -> Option<()> {
        if self.at.sizes != self.at.given {
            return None;
        }
        let last = self.at.layers.last_mut()?;
        let over_rows = match last.word {
            "Conv1d" | "Conv2d" | "DepthwiseConv2d" => false,
            "Dense" => true,
            _ => return None,
        };
        let dims = affine.dims()?;
        let (own, others) = if over_rows { dims.split_last()? } else { dims.split_first()? };
        let outputs = *if over_rows { self.at.sizes.last()? } else { self.at.sizes.first()? };
        if last.activation.is_some() || others.iter().any(|size| *size != 1) || ![1, outputs].contains(own) {
            return None;
        }
        let mut whole = vec![1; dims.len()];
        *if over_rows { whole.last_mut()? } else { whole.first_mut()? } = outputs;
        let [scale, shift] = affine.over(&whole)?;
        last.scale_and_shift(&scale, &shift)
    }
}

impl Layer<'_> {
    /// `a·(W·x + b) + c` as the same layer.
    fn scale_and_shift(&mut self, scale: &[f32], shift: &[f32]) -> Option<()> {
        let of = |field: &str| self.tensors.iter().position(|(name, _)| *name == field);
        let (weight, bias) = (of("weight")?, of("bias"));
        let (dims, mut weights) = self.tensors[weight].1.values().ok()?;
        let row = weights.len().checked_div(scale.len()).filter(|row| *row > 0)?;
        if row * scale.len() != weights.len() {
            return None;
        }
        for (row, scale) in weights.chunks_mut(row).zip(scale) {
            row.iter_mut().for_each(|weight| *weight *= scale);
        }
        let mut biases = match bias {
            Some(bias) => self.tensors[bias].1.values().ok()?.1,
            None => vec![0.0; scale.len()],
        };
        for (bias, (scale, shift)) in biases.iter_mut().zip(scale.iter().zip(shift)) {
            *bias = *bias * scale + shift;
        }
        if scale.iter().any(|scale| *scale != 1.0) {
            self.tensors[weight].1 = Numbers::Values(dims, weights);
        }
        let biases = Numbers::Values(vec![biases.len()], biases);
        match bias {
            Some(bias) => self.tensors[bias].1 = biases,
            None => {
                self.settings.retain(|setting| setting != "bias = false");
                self.tensors.push(("bias", biases));
            }
        }
        Some(())
    }
}

/// A convolution that scales and shifts each channel.
fn pointwise(shape: &[usize], scale: Vec<f32>, shift: Vec<f32>) -> Layer<'static> {
    let (channels, image) = (scale.len(), shape.len() == 3);
    let mut dims = vec![channels, 1, 1];
    dims.extend(image.then_some(1));
    let (word, arguments) = match (image, channels) {
        (true, 2..) => ("DepthwiseConv2d", vec![channels, 1]),
        (true, _) => ("Conv2d", vec![1, 1, 1]),
        (false, _) => ("Conv1d", vec![channels, channels, 1]),
    };
    let groups = (!image && channels > 1).then(|| format!("groups = {channels}"));
    Layer {
        word,
        arguments: arguments.iter().map(usize::to_string).collect(),
        activates: true,
        settings: groups.into_iter().collect(),
        tensors: vec![("weight", Numbers::Values(dims, scale)), ("bias", Numbers::Values(vec![channels], shift))],
        ..Layer::default()
    }
}

/// A constant over the dimensions of a sample, in the order of the layers.
fn over_sample(at: &Way, constant: &Array) -> Result<Array, String> {
    let rank = at.order.len();
    let more = rank.checked_sub(constant.dims.len()).ok_or("gives what comes in more dimensions")?;
    let (own, mut dims, mut strides) = (constant.strides(), vec![1; rank], vec![0; rank]);
    for (i, (size, stride)) in constant.dims.iter().zip(own).enumerate() {
        (dims[at.order[i + more]], strides[at.order[i + more]]) = (*size, stride);
    }
    let fits = |(size, there): (&usize, &usize)| *size == 1 || size == there;
    if dims[0] != 1 || !dims[1..].iter().zip(&at.sizes).all(fits) {
        return Err(format!("takes a constant of the shape {:?} beside {:?}", constant.dims, at.sizes));
    }
    let found = if constant.len() <= MOST { constant.picked(dims[1..].to_vec(), 0, &strides[1..]) } else { None };
    found.ok_or_else(|| "takes a constant of too many numbers".into())
}
