//! What does not depend on the numbers that come in: weights, and sizes that the file computes of the shape of a value.

use std::collections::HashMap;

use super::simplify::{Array, Data, part};
use crate::io::onnx::proto::{self, Attribute, Node, Tensor};
use crate::layer::import::{Size, place};

/// A tensor of numbers.
#[derive(Clone, Copy)]
pub struct Weight<'a> {
    pub tensor: &'a Tensor,
    /// Whether it is a matrix of which the rows are the columns of the tensor.
    pub turned: bool,
}

impl Weight<'_> {
    /// Its sizes, outermost first.
    pub fn dims(&self) -> Result<Vec<usize>, String> {
        let dims = self.tensor.dims.iter().map(|size| usize::try_from(*size));
        let mut dims: Vec<usize> =
            dims.collect::<Result<_, _>>().map_err(|_| format!("`{}` has a negative size", self.tensor.name))?;
        if self.turned {
            dims.reverse();
        }
        Ok(dims)
    }
}

enum Item<'a> {
    Weight(&'a Tensor),
    Sizes(Vec<Size>),
    /// This number everywhere, in a shape that has the batch among its sizes.
    Filled(f32),
}

/// Operators of what is known that no layer is read from.
pub const OPERATORS: &[&str] = &["Shape", "Cast", "ConstantOfShape", "Expand"];

/// Longer tensors are no sizes.
const MOST: usize = 64;

/// All of it, by name.
#[derive(Default)]
pub struct Known<'a> {
    items: HashMap<&'a str, Item<'a>>,
}

impl<'a> Known<'a> {
    pub fn of(tensors: &'a [Tensor]) -> Self {
        Known { items: tensors.iter().map(|tensor| (tensor.name.as_str(), Item::Weight(tensor))).collect() }
    }

    pub fn has(&self, name: &str) -> bool {
        self.items.contains_key(name)
    }

    /// A tensor.
    pub fn weight(&self, name: &str) -> Option<Weight<'a>> {
        match self.items.get(name)? {
            Item::Weight(tensor) => Some(Weight { tensor, turned: false }),
            _ => None,
        }
    }

    /// The numbers of a tensor, however large.
    pub fn values(&self, name: &str) -> Option<Vec<f32>> {
        match Array::of(self.weight(name)?.tensor)?.data {
            Data::Floats(numbers) => Some(numbers),
            Data::Whole(_) => None,
        }
    }

    /// Whether all numbers of a tensor are this one.
    pub fn is_all(&self, name: &str, number: f32) -> bool {
        match self.items.get(name) {
            Some(Item::Filled(all)) => *all == number,
            _ => self
                .values(name)
                .is_some_and(|numbers| !numbers.is_empty() && numbers.iter().all(|found| *found == number)),
        }
    }

    /// Several sizes.
    pub fn sizes(&self, name: &str) -> Option<Vec<Size>> {
        match self.items.get(name)? {
            Item::Weight(tensor) => Some(whole_numbers(tensor)?.into_iter().map(Size::Of).collect()),
            Item::Sizes(sizes) => Some(sizes.clone()),
            Item::Filled(_) => None,
        }
    }

    /// Several whole numbers, none of them that of the batch.
    pub fn whole_numbers(&self, name: &str) -> Option<Vec<i64>> {
        let sizes = self.sizes(name)?.into_iter().map(|size| match size {
            Size::Batch => None,
            Size::Of(number) => Some(number),
        });
        sizes.collect()
    }

    /// Several whole numbers that are this input, or in older versions of the operator this attribute.
    pub fn whole_numbers_of(&self, node: &Node, input: usize, attribute: &str) -> Option<Vec<i64>> {
        match node.input.get(input).filter(|name| !name.is_empty()) {
            Some(name) => self.whole_numbers(name),
            None => ints(node, attribute).map(<[i64]>::to_vec),
        }
    }

    /// Several numbers.
    pub fn floats(&self, name: &str) -> Option<Vec<f32>> {
        match self.items.get(name)? {
            Item::Weight(tensor) if is_small(tensor) => self.values(name),
            _ => None,
        }
    }

    /// Computes what an operator gives whose inputs are known; `shape` is that of what it takes, if it is the operator `Shape`. Whether
    /// that could be done.
    pub fn fold(&mut self, node: &'a Node, shape: Option<Vec<Size>>) -> bool {
        let Some(output) = node.output.first() else { return false };
        let found = match shape {
            Some(sizes) => of_shape(node, sizes).map(Item::Sizes),
            None => self.item(node),
        };
        let found = found.filter(|item| !matches!(item, Item::Sizes(sizes) if sizes.len() > MOST));
        found.map(|item| self.items.insert(output, item)).is_some()
    }

    /// What is in [`OPERATORS`] beside `Shape`, and operators that layers are read from, too.
    fn item(&self, node: &Node) -> Option<Item<'a>> {
        let input = |number: usize| node.input.get(number).map(String::as_str);
        let sizes = |number: usize| self.sizes(input(number)?);
        let numbers = |number: usize| self.whole_numbers(input(number)?);
        Some(match node.op_type.as_str() {
            "ConstantOfShape" => {
                let value = attribute(node, "value").map(|value| Array::of(value.t.as_ref()?));
                let value = value.unwrap_or_else(|| {
                    Array::of(&Tensor {
                        data_type: proto::FLOAT,
                        float_data: vec![0.0],
                        dims: vec![1],
                        ..Tensor::default()
                    })
                })?;
                match (value.floats(), value.whole()) {
                    (Some([value]), _) => Item::Filled(*value),
                    (_, Some([value])) => {
                        let [count] = numbers(0)?[..] else { return None };
                        Item::Sizes(vec![Size::Of(*value); usize::try_from(count).ok().filter(|count| *count <= MOST)?])
                    }
                    _ => return None,
                }
            }
            // a part of what is filled, and more of it, is as filled
            "Slice" | "Expand" | "Transpose" | "Reshape" | "Unsqueeze" | "Squeeze" | "Gather" | "Identity" | "Cast"
                if matches!(self.items.get(input(0)?), Some(Item::Filled(_))) =>
            {
                let Some(Item::Filled(number)) = self.items.get(input(0)?) else { return None };
                Item::Filled(*number)
            }
            "Expand" => match self.floats(input(0)?)?[..] {
                [number, ref more @ ..] if more.iter().all(|other| *other == number) => Item::Filled(number),
                _ => return None,
            },
            "Identity" | "Cast" | "Unsqueeze" | "Squeeze" => Item::Sizes(sizes(0)?),
            "Reshape" if numbers(1)?.len() <= 1 => Item::Sizes(sizes(0)?),
            "Gather" if matches!(int(node, "axis"), None | Some(0)) => {
                let (from, places) = (sizes(0)?, numbers(1)?);
                let found = places.into_iter().map(|i| from.get(place(i, from.len())?).copied());
                Item::Sizes(found.collect::<Option<_>>()?)
            }
            "Concat" => {
                let parts = (0..node.input.len().min(MOST + 1)).map(sizes).collect::<Option<Vec<_>>>()?;
                Item::Sizes(parts.concat())
            }
            "Slice" => {
                let bounds = |input: usize, name: &str| self.whole_numbers_of(node, input, name);
                let ([start], [end]) = (&bounds(1, "starts")?[..], &bounds(2, "ends")?[..]) else { return None };
                if node.input.len() > 4 && numbers(4)? != [1] {
                    return None;
                }
                Item::Sizes(cut(&sizes(0)?, *start, *end)?)
            }
            "Add" | "Sub" | "Mul" | "Div" => Item::Sizes(arithmetic(&node.op_type, &sizes(0)?, &sizes(1)?)?),
            _ => return None,
        })
    }
}

/// Sizes by sizes, or each by one.
fn arithmetic(operator: &str, one: &[Size], other: &[Size]) -> Option<Vec<Size>> {
    let length = if one.len() == 1 { other.len() } else { one.len() };
    let at = |sizes: &[Size], i: usize| if sizes.len() == 1 { sizes.first().copied() } else { sizes.get(i).copied() };
    let found = (0..length).map(|i| match (at(one, i)?, at(other, i)?, operator) {
        (Size::Batch, Size::Of(1), "Mul" | "Div") | (Size::Of(1), Size::Batch, "Mul") => Some(Size::Batch),
        (Size::Of(one), Size::Of(other), "Add") => one.checked_add(other).map(Size::Of),
        (Size::Of(one), Size::Of(other), "Sub") => one.checked_sub(other).map(Size::Of),
        (Size::Of(one), Size::Of(other), "Mul") => one.checked_mul(other).map(Size::Of),
        (Size::Of(one), Size::Of(other), "Div") => one.checked_div(other).map(Size::Of),
        _ => None,
    });
    found.collect()
}

/// The part of a shape that an operator `Shape` asks for.
fn of_shape(node: &Node, sizes: Vec<Size>) -> Option<Vec<Size>> {
    cut(&sizes, int(node, "start").unwrap_or(0), int(node, "end").unwrap_or(i64::MAX))
}

fn cut(from: &[Size], start: i64, end: i64) -> Option<Vec<Size>> {
    let (first, count) = part(start, end, 1, from.len())?;
    from.get(first..first + count).map(<[Size]>::to_vec)
}

pub fn attribute<'a>(node: &'a Node, name: &str) -> Option<&'a Attribute> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

pub fn int(node: &Node, name: &str) -> Option<i64> {
    attribute(node, name)?.i
}

pub fn float(node: &Node, name: &str) -> Option<f32> {
    attribute(node, name)?.f
}

pub fn ints<'a>(node: &'a Node, name: &str) -> Option<&'a [i64]> {
    Some(&attribute(node, name)?.ints)
}

pub fn floats<'a>(node: &'a Node, name: &str) -> Option<&'a [f32]> {
    Some(&attribute(node, name)?.floats)
}

pub fn text<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    core::str::from_utf8(attribute(node, name)?.s.as_ref()?).ok()
}

/// Whether a tensor is small enough for its numbers to be sizes.
fn is_small(tensor: &Tensor) -> bool {
    let lengths =
        [tensor.int64_data.len(), tensor.int32_data.len(), tensor.float_data.len(), tensor.raw_data.len() / 8];
    lengths.iter().all(|length| *length <= MOST)
}

/// The whole numbers of a small tensor of one dimension, or of none.
fn whole_numbers(tensor: &Tensor) -> Option<Vec<i64>> {
    if !is_small(tensor) || tensor.dims.len() > 1 {
        return None;
    }
    Array::of(tensor)?.whole().map(<[i64]>::to_vec)
}
