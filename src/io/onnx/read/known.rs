//! What does not depend on the numbers that come in: weights, and sizes that the file computes.

use std::collections::HashMap;

use crate::io::onnx::proto::{self, Attribute, Node, Tensor};
use crate::layer::import::Size;

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

#[derive(Clone)]
enum Item<'a> {
    Weight(Weight<'a>),
    Sizes(Table),
    Floats(&'a [f32]),
}

/// Several sizes; in rows of `columns`, if that is not 0.
#[derive(Clone)]
struct Table {
    sizes: Vec<Size>,
    columns: usize,
}

/// Longer tensors are no sizes.
const MOST: usize = 64;

/// All of it, by name.
#[derive(Default)]
pub struct Known<'a> {
    items: HashMap<&'a str, Item<'a>>,
}

impl<'a> Known<'a> {
    pub fn of(tensors: &'a [Tensor]) -> Self {
        let items = tensors.iter().map(|tensor| (tensor.name.as_str(), weight(tensor)));
        Known { items: items.collect() }
    }

    pub fn has(&self, name: &str) -> bool {
        self.items.contains_key(name)
    }

    /// The numbers of a tensor.
    pub fn weight(&self, name: &str) -> Option<Weight<'a>> {
        match self.items.get(name)? {
            Item::Weight(weight) => Some(*weight),
            _ => None,
        }
    }

    fn table(&self, name: &str) -> Option<Table> {
        match self.items.get(name)? {
            Item::Weight(weight) => {
                Some(Table { sizes: whole_numbers(weight.tensor)?.into_iter().map(Size::Of).collect(), columns: 0 })
            }
            Item::Sizes(table) => Some(table.clone()),
            Item::Floats(_) => None,
        }
    }

    /// Whether all numbers of a tensor are this one.
    pub fn is_all(&self, name: &str, number: f32) -> bool {
        let Some(Weight { tensor, .. }) = self.weight(name) else { return false };
        let raw = tensor.raw_data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut numbers = tensor.float_data.iter().copied().chain(raw).peekable();
        tensor.data_type == proto::FLOAT && numbers.peek().is_some() && numbers.all(|found| found == number)
    }

    /// Several sizes.
    pub fn sizes(&self, name: &str) -> Option<Vec<Size>> {
        Some(self.table(name)?.sizes)
    }

    /// Several whole numbers, none of them that of the batch.
    pub fn whole_numbers(&self, name: &str) -> Option<Vec<i64>> {
        let sizes = self.sizes(name)?.into_iter().map(|size| match size {
            Size::Batch => None,
            Size::Of(number) => Some(number),
        });
        sizes.collect()
    }

    /// Several numbers.
    pub fn floats(&self, name: &str) -> Option<Vec<f32>> {
        match self.items.get(name)? {
            Item::Weight(weight) => numbers(weight.tensor),
            Item::Floats(floats) => Some(floats.get(..floats.len().min(MOST))?.to_vec()),
            Item::Sizes(_) => None,
        }
    }

    /// Works out what an operator gives whose inputs are known; `shape` is that of what it takes, if it is the operator `Shape`. Whether
    /// that could be done.
    pub fn work_out(&mut self, node: &'a Node, shape: Option<Vec<Size>>) -> bool {
        let Some(output) = node.output.first() else { return false };
        let found = match shape {
            Some(sizes) => part(node, sizes).map(vector),
            None => self.item(node),
        };
        let found = found.filter(|item| !matches!(item, Item::Sizes(table) if table.sizes.len() > MOST));
        found.map(|item| self.items.insert(output, item)).is_some()
    }

    fn item(&self, node: &'a Node) -> Option<Item<'a>> {
        let input = |number: usize| node.input.get(number).map(String::as_str);
        let sizes = |number: usize| self.sizes(input(number)?);
        let numbers = |number: usize| self.whole_numbers(input(number)?);
        match node.op_type.as_str() {
            "Constant" => constant(node),
            "ConstantOfShape" => {
                let [count] = numbers(0)?[..] else { return None };
                let [value] = whole_numbers(attribute(node, "value")?.t.as_ref()?)?[..] else { return None };
                let count = usize::try_from(count).ok().filter(|count| *count <= MOST)?;
                Some(vector(vec![Size::Of(value); count]))
            }
            "Identity" => self.items.get(input(0)?).cloned(),
            "Cast" => Some(Item::Sizes(self.table(input(0)?)?)),
            "Unsqueeze" | "Squeeze" => Some(vector(sizes(0)?)),
            "Transpose" if ints(node, "perm").is_none_or(|perm| perm == [1, 0]) => match self.items.get(input(0)?)? {
                Item::Weight(weight) if weight.tensor.dims.len() == 2 => {
                    Some(Item::Weight(Weight { turned: !weight.turned, ..*weight }))
                }
                Item::Sizes(table) if table.columns > 0 => Some(Item::Sizes(table.turned())),
                _ => None,
            },
            "Reshape" => {
                let (table, shape) = (self.table(input(0)?)?, numbers(1)?);
                let columns = match shape[..] {
                    [_] => 0,
                    [_, columns] => usize::try_from(columns).ok()?,
                    _ => return None,
                };
                if columns > MOST || columns > 0 && !table.sizes.len().is_multiple_of(columns) {
                    return None;
                }
                Some(Item::Sizes(Table { columns, ..table }))
            }
            "Gather" => {
                let (from, places) = (sizes(0)?, numbers(1)?);
                let place = |place: i64| if place < 0 { place + from.len() as i64 } else { place };
                let found = places.into_iter().map(|i| from.get(usize::try_from(place(i)).ok()?).copied());
                Some(vector(found.collect::<Option<_>>()?))
            }
            "Concat" => {
                let parts = (0..node.input.len().min(MOST + 1)).map(sizes).collect::<Option<Vec<_>>>()?;
                Some(vector(parts.concat()))
            }
            "Slice" => {
                let (table, start, end) = (self.table(input(0)?)?, numbers(1)?, numbers(2)?);
                let ([start], [end]) = (&start[..], &end[..]) else { return None };
                let step = if node.input.len() > 4 { numbers(4)? } else { vec![1] };
                match step[..] {
                    [1] if table.columns == 0 => slice(&table.sizes, *start, *end).map(vector),
                    [-1] if *start == -1 && *end < -(MOST as i64) => Some(Item::Sizes(table.backwards())),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Table {
    fn rows(&self) -> impl DoubleEndedIterator<Item = &[Size]> {
        self.sizes.chunks(self.columns.max(1))
    }

    /// The last row first.
    fn backwards(&self) -> Table {
        Table { sizes: self.rows().rev().flatten().copied().collect(), columns: self.columns }
    }

    /// Columns for rows.
    fn turned(&self) -> Table {
        let column = |i: usize| self.rows().filter_map(move |row| row.get(i).copied());
        Table { sizes: (0..self.columns).flat_map(column).collect(), columns: self.rows().count() }
    }
}

fn vector(sizes: Vec<Size>) -> Item<'static> {
    Item::Sizes(Table { sizes, columns: 0 })
}

fn weight(tensor: &Tensor) -> Item<'_> {
    Item::Weight(Weight { tensor, turned: false })
}

fn constant(node: &Node) -> Option<Item<'_>> {
    let attribute = node.attribute.first()?;
    match attribute.name.as_str() {
        "value" => attribute.t.as_ref().map(weight),
        "value_ints" => Some(vector(attribute.ints.iter().copied().map(Size::Of).collect())),
        "value_floats" => Some(Item::Floats(&attribute.floats)),
        "value_int" => Some(vector(vec![Size::Of(attribute.i?)])),
        _ => None,
    }
}

/// The part of a shape that an operator `Shape` asks for.
fn part(node: &Node, sizes: Vec<Size>) -> Option<Vec<Size>> {
    let (start, end) = (int(node, "start").unwrap_or(0), int(node, "end").unwrap_or(i64::MAX));
    slice(&sizes, start, end)
}

fn slice(from: &[Size], start: i64, end: i64) -> Option<Vec<Size>> {
    let place = |place: i64| {
        let place = if place < 0 { place.saturating_add(from.len() as i64).max(0) } else { place };
        usize::try_from(place).unwrap_or(usize::MAX).min(from.len())
    };
    from.get(place(start)..place(end)).map(<[Size]>::to_vec)
}

fn attribute<'a>(node: &'a Node, name: &str) -> Option<&'a Attribute> {
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

/// The whole numbers of a small tensor.
fn whole_numbers(tensor: &Tensor) -> Option<Vec<i64>> {
    if !is_small(tensor) {
        return None;
    }
    Some(match (tensor.data_type, tensor.raw_data.is_empty()) {
        (proto::INT64, true) => tensor.int64_data.clone(),
        (proto::INT64, false) => tensor.raw_data.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect(),
        (proto::INT32, true) => tensor.int32_data.iter().map(|number| i64::from(*number)).collect(),
        (proto::INT32, false) => {
            tensor.raw_data.as_chunks().0.iter().map(|bytes| i64::from(i32::from_le_bytes(*bytes))).collect()
        }
        _ => return None,
    })
}

/// The numbers of a small tensor.
fn numbers(tensor: &Tensor) -> Option<Vec<f32>> {
    if !is_small(tensor) {
        return None;
    }
    Some(match (tensor.data_type, tensor.raw_data.is_empty()) {
        (proto::FLOAT, true) => tensor.float_data.clone(),
        (proto::FLOAT, false) => tensor.raw_data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        _ => return None,
    })
}
