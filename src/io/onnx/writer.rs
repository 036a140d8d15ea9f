//! A graph that is being written: values by name, inputs, and operators.

use super::proto;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::sealed::Sealed;
use crate::shape::Dims;

/// A value, and if it is made of sequences of up to a length, how long these are.
struct Named {
    name: String,
    sequences: Option<Sequences>,
}

#[derive(Clone, Copy)]
struct Sequences {
    /// `[batch]`
    lengths: Value,
    /// `[batch, steps]`
    there: Value,
}

/// The graph of a network.
#[derive(Default)]
pub struct Writer {
    /// The operators; with those of the bodies that are being written, the innermost last.
    nodes: Vec<Vec<proto::Node>>,
    /// How many operators there are.
    count: usize,
    constants: Vec<proto::Tensor>,
    inputs: Vec<proto::ValueInfo>,
    values: Vec<Named>,
    /// Pairs that come in, and have not been taken apart.
    pairs: Vec<(Value, Dims)>,
    /// What goes out by names of its own.
    pub outputs: Vec<proto::ValueInfo>,
    /// The layers that have been entered, with the number of the next layer in each.
    within: Vec<(String, usize)>,
    /// The number of the next layer outside of all.
    next: usize,
    /// The path to the layer that cannot be exported.
    refused: Option<String>,
}

impl Writer {
    pub fn new() -> Self {
        Writer { nodes: vec![Vec::new()], ..Writer::default() }
    }

    /// A value of this name.
    pub fn value(&mut self, name: impl Into<String>) -> Value {
        self.values.push(Named { name: name.into(), sequences: None });
        Value(self.values.len() - 1)
    }

    /// A constant tensor under its name in the layer; the same where a layer that is used again adds it again.
    fn tensor(&mut self, name: &str, dims: &Dims, data_type: i32, raw_data: Vec<u8>) -> Value {
        let name = self.path().replace('/', ".") + name;
        let again = |tensor: &proto::Tensor| tensor.name == name && tensor.raw_data == raw_data;
        if self.constants.iter().any(again)
            && let Some(known) = self.values.iter().position(|value| value.name == name)
        {
            return Value(known);
        }
        let dims = dims.as_slice().iter().map(|size| *size as i64).collect();
        let tensor = proto::Tensor { dims, data_type, name: name.clone(), raw_data, ..proto::Tensor::default() };
        self.constants.push(tensor);
        self.value(name)
    }

    fn sequences(&self, value: Value) -> Option<Sequences> {
        self.values.get(value.0)?.sequences
    }

    pub fn name(&self, value: Value) -> String {
        self.values.get(value.0).map(|value| value.name.clone()).unwrap_or_default()
    }

    /// `encoder/dense/`
    pub fn path(&self) -> String {
        self.within.iter().map(|(name, _)| format!("{name}/")).collect()
    }

    /// The path to the innermost layer that cannot be exported.
    pub fn refused(&self) -> String {
        self.refused.as_deref().unwrap_or_default().trim_end_matches('/').replace('/', ".")
    }

    /// What the graph takes by this name, and where it is made of sequences of up to a length, their lengths as well.
    pub fn input(&mut self, name: &str, dims: &Dims) -> Value {
        let value = self.value(name);
        if dims.apart().is_some() {
            self.pairs.push((value, *dims));
            return value;
        }
        self.inputs.push(tensor(name, dims));
        if !dims.is_at_most() {
            return value;
        }
        let lengths = if name == "input" { "lengths".into() } else { format!("{name}_lengths") };
        self.inputs.push(info(&lengths, proto::INT64, &[Size::Named("batch")]));
        let lengths = self.value(lengths);
        let sequences = self.of_lengths(name, lengths, dims);
        self.values[value.0].sequences = Some(sequences);
        self.cleared(value, dims).unwrap_or(value)
    }

    /// Sequences of these lengths. One that cannot be counts as the nearest that can, as it does in a `Padded`.
    fn of_lengths(&mut self, name: &str, lengths: Value, dims: &Dims) -> Sequences {
        let most = dims.as_slice().first().map_or(0, |most| *most as i64);
        let mut scalar = |what: &str, number| self.whole_numbers(&format!("{name}/{what}"), Dims::SCALAR, &[number]);
        let [one, most_steps] = [scalar("least", 1), scalar("most", most)];
        let lengths = self.node("Clip", &[lengths, one, most_steps], &[]);
        let axis = self.whole_numbers(&format!("{name}/axis"), Dims::SCALAR.within(1), &[1]);
        let column = self.node("Unsqueeze", &[lengths, axis], &[]);
        let numbers: Vec<i64> = (0..most).collect();
        let steps = self.whole_numbers(&format!("{name}/steps"), Dims::SCALAR.within(numbers.len()), &numbers);
        let there = self.node("Less", &[steps, column], &[]);
        Sequences { lengths, there }
    }

    /// Sequences with zeros behind their ends.
    pub fn cleared(&mut self, value: Value, dims: &Dims) -> Option<Value> {
        let mut there = self.there(value)?;
        let name = self.name(value);
        let inner: Vec<i64> = (2..=dims.as_slice().len() as i64).collect();
        if !inner.is_empty() {
            let axes = self.whole_numbers(&format!("{name}/inner"), Dims::SCALAR.within(inner.len()), &inner);
            there = self.node("Unsqueeze", &[there, axes], &[]);
        }
        let zero = format!("{name}/zero");
        let zero = match dims.is_tokens() {
            true => self.whole_numbers(&zero, Dims::SCALAR, &[0]),
            false => self.constant(&zero, Dims::SCALAR, &[0.0]),
        };
        Some(self.node("Where", &[there, value, zero], &[]))
    }

    /// Begins a graph within the graph.
    pub fn begin_body(&mut self) {
        self.nodes.push(Vec::new());
    }

    /// The operators of the graph within the graph, which ends.
    pub fn end_body(&mut self) -> Vec<proto::Node> {
        self.nodes.pop().unwrap_or_default()
    }

    /// Adds an operator as it is.
    pub fn push(&mut self, node: proto::Node) {
        self.count += 1;
        if let Some(nodes) = self.nodes.last_mut() {
            nodes.push(node);
        }
    }

    /// Gives a value that an operator of the innermost graph makes the name by which it is asked for.
    pub fn rename(&mut self, value: Value, name: &str) {
        let last = self.name(value);
        let makes = |node: &proto::Node| node.output.contains(&last);
        if !self.nodes.last().is_some_and(|nodes| nodes.iter().any(makes)) {
            let same = self.node("Identity", &[value], &[]);
            return self.rename(same, name);
        }
        self.values[value.0].name = name.into();
        for node in self.nodes.iter_mut().flatten() {
            for used in node.output.iter_mut().chain(&mut node.input).filter(|used| **used == last) {
                *used = name.into();
            }
        }
    }

    fn is_outermost(&self, else_refused: &'static str) -> Result<(), Refusal> {
        if self.within.is_empty() { Ok(()) } else { Err(Refusal::new(else_refused)) }
    }

    /// The graph as it is in a file.
    pub fn finish(mut self, name: &str, output: Vec<proto::ValueInfo>) -> proto::Graph {
        proto::Graph {
            node: self.end_body(),
            name: name.into(),
            initializer: self.constants,
            input: self.inputs,
            output,
        }
    }
}

impl Sealed for Writer {}

impl Graph for Writer {
    fn constant_of(&mut self, name: &str, dims: Dims, parts: &[&[f32]]) -> Value {
        let numbers = parts.iter().copied().flatten().flat_map(|number| number.to_le_bytes());
        self.tensor(name, &dims, proto::FLOAT, numbers.collect())
    }

    fn whole_numbers(&mut self, name: &str, dims: Dims, numbers: &[i64]) -> Value {
        self.tensor(name, &dims, proto::INT64, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
    }

    fn output_of(
        &mut self,
        operator: &str,
        inputs: &[Value],
        attributes: &[(&str, Attribute)],
        number: usize,
    ) -> Value {
        // the position keeps two of the same operator in a layer apart
        let name = format!("{}{operator}_{}", self.path(), self.count);
        let node = proto::Node {
            input: inputs.iter().map(|value| self.name(*value)).collect(),
            // an output without a name is not asked for
            output: core::iter::repeat_n(String::new(), number).chain([name.clone()]).collect(),
            name: name.clone(),
            op_type: operator.into(),
            attribute: attributes.iter().map(|(name, value)| attribute(name, value)).collect(),
            domain: String::new(),
        };
        self.push(node);
        let sequences = inputs.iter().find_map(|input| self.sequences(*input));
        self.values.push(Named { name, sequences });
        Value(self.values.len() - 1)
    }

    fn also(&mut self, value: Value, number: usize) -> Value {
        let (name, sequences) = (self.name(value), self.sequences(value));
        let also = format!("{name}_{number}");
        if let Some(node) = self.nodes.iter_mut().flatten().find(|node| node.output.contains(&name)) {
            let outputs = node.output.len().max(number + 1);
            node.output.resize(outputs, String::new());
            node.output[number].clone_from(&also);
        }
        self.values.push(Named { name: also, sequences });
        Value(self.values.len() - 1)
    }

    fn pair(&mut self, value: Value, names: [&str; 2]) -> Result<[Value; 2], Refusal> {
        let found = self.pairs.iter().position(|(pair, _)| *pair == value);
        let apart = found.and_then(|found| self.pairs.remove(found).1.apart());
        let [first, second] = apart.ok_or(Refusal::new("its input is not that of the network"))?;
        Ok([self.input(names[0], &first), self.input(names[1], &second)])
    }

    fn part(&mut self, value: Value, name: &str, dims: &Dims) -> Result<Value, Refusal> {
        self.is_outermost("its inputs have names, so it is no layer of another network there")?;
        if !self.pairs.iter().any(|(pair, _)| *pair == value) {
            // the only one: what has been written is this input by another name
            *self = Writer::new();
        }
        let before = self.inputs.len();
        let part = self.input(name, dims);
        let (known, new) = self.inputs.split_at(before);
        match new.iter().any(|new| known.iter().any(|known| known.name == new.name)) {
            true => Err(Refusal::new("the lengths of one input have the name of another")),
            false => Ok(part),
        }
    }

    fn give(&mut self, value: Value, name: &str, dims: &Dims) -> Result<(), Refusal> {
        self.is_outermost("its outputs have names, so it is no layer of another network there")?;
        if self.inputs.iter().any(|input| input.name == name) {
            return Err(Refusal::new("an output has the name of an input's lengths"));
        }
        let value = match dims.is_at_most() {
            true => self.cleared(value, dims).ok_or(Refusal::new("an output is a sequence without a length"))?,
            false => value,
        };
        self.rename(value, name);
        self.outputs.push(tensor(name, dims));
        Ok(())
    }

    fn lengths(&self, sequences: Value) -> Option<Value> {
        Some(self.sequences(sequences)?.lengths)
    }

    fn there(&self, sequences: Value) -> Option<Value> {
        Some(self.sequences(sequences)?.there)
    }

    fn enter(&mut self, layer: Option<&str>) {
        let next = self.within.last_mut().map_or(&mut self.next, |(_, next)| next);
        let name = layer.map_or_else(|| next.to_string(), str::to_owned);
        *next += 1;
        self.within.push((name, 0));
    }

    fn leave(&mut self, refused: bool) {
        if !refused {
            self.refused = None;
        } else if self.refused.is_none() {
            self.refused = Some(self.path());
        }
        self.within.pop();
    }
}

fn attribute(name: &str, value: &Attribute) -> proto::Attribute {
    let mut attribute = proto::Attribute { name: name.into(), ..proto::Attribute::default() };
    match value {
        Attribute::Int(i) => (attribute.i, attribute.kind) = (Some(*i), proto::INT_ATTRIBUTE),
        Attribute::Float(f) => (attribute.f, attribute.kind) = (Some(*f), proto::FLOAT_ATTRIBUTE),
        Attribute::Ints(ints) => (attribute.ints, attribute.kind) = (ints.to_vec(), proto::INTS_ATTRIBUTE),
        Attribute::Floats(floats) => (attribute.floats, attribute.kind) = (floats.to_vec(), proto::FLOATS_ATTRIBUTE),
        Attribute::Texts(texts) => {
            attribute.strings = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
            attribute.kind = proto::TEXTS_ATTRIBUTE;
        }
        Attribute::Text(s) => (attribute.s, attribute.kind) = (Some((*s).into()), proto::TEXT_ATTRIBUTE),
    }
    attribute
}

/// A size of a tensor that goes in or out.
pub enum Size {
    Of(usize),
    /// Any, with a name by which it is known.
    Named(&'static str),
}

/// A batch of tensors of these sizes.
pub fn tensor(name: &str, dims: &Dims) -> proto::ValueInfo {
    let sizes = dims.as_slice().iter().map(|size| Size::Of(*size));
    let sizes: Vec<Size> = core::iter::once(Size::Named("batch")).chain(sizes).collect();
    info(name, if dims.is_tokens() { proto::INT64 } else { proto::FLOAT }, &sizes)
}

/// A tensor that goes in or out.
pub fn info(name: &str, element: i32, sizes: &[Size]) -> proto::ValueInfo {
    let dim = sizes.iter().map(|size| match size {
        Size::Of(size) => proto::Dimension { value: Some(*size as i64), name: None },
        Size::Named(name) => proto::Dimension { value: None, name: Some((*name).into()) },
    });
    let shape = proto::TensorShape { dim: dim.collect() };
    let tensor = proto::TensorType { element, shape: Some(shape) };
    proto::ValueInfo { name: name.into(), of: Some(proto::Type { tensor: Some(tensor) }) }
}
