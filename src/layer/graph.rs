//! How a layer is exported for other tools: as operators of ONNX, one after the other.

use core::fmt;

use crate::sealed::Sealed;
use crate::shape::Dims;

/// A value in a [`Graph`]: an input, a constant, or the output of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value(pub usize);

impl Value {
    /// An input that an operator can do without, and does.
    pub const NONE: Value = Value(usize::MAX);
}

/// Why a layer, or what it is made of, cannot be exported: the end of a sentence about it, such as "its activation has no `export`".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: &'static str,
}

impl Refusal {
    /// A refusal for this reason.
    #[must_use]
    pub const fn new(reason: &'static str) -> Self {
        Refusal { reason }
    }

    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl core::error::Error for Refusal {}

/// A setting of an operator.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Attribute<'a> {
    /// An integer.
    Int(i64),
    /// A number.
    Float(f32),
    /// Several integers.
    Ints(&'a [i64]),
    /// Several numbers.
    Floats(&'a [f32]),
    /// Several texts.
    Texts(&'a [&'a str]),
    /// A text.
    Text(&'a str),
}

/// What a network is exported into: see [`Layer::export`](crate::Layer::export).
///
/// The operators are those of ONNX, version [`OPSET`], the first dimension of a value is the batch.
///
/// Sequences of up to a length are as long as they can be, and their lengths are a value beside them. The input of the network
/// is zero behind the end of a sequence, and its output is made so; in between there may be any finite numbers, which a
/// layer that looks at several steps must not let through.
pub trait Graph: Sealed {
    /// Adds a tensor of parameters, by the name it has in the layer.
    fn constant(&mut self, name: &str, dims: Dims, numbers: &[f32]) -> Value {
        self.constant_of(name, dims, &[numbers])
    }

    /// Adds a tensor of parameters whose numbers are these, one part after the other.
    fn constant_of(&mut self, name: &str, dims: Dims, parts: &[&[f32]]) -> Value;

    /// Adds a tensor of whole numbers, such as the axes or the positions that an operator is about.
    fn whole_numbers(&mut self, name: &str, dims: Dims, numbers: &[i64]) -> Value;

    /// Adds an operator, and returns its (first) output.
    fn node(&mut self, operator: &str, inputs: &[Value], attributes: &[(&str, Attribute)]) -> Value {
        self.output_of(operator, inputs, attributes, 0)
    }

    /// Adds an operator, and returns its output of this number, counted from 0.
    fn output_of(&mut self, operator: &str, inputs: &[Value], attributes: &[(&str, Attribute)], number: usize)
    -> Value;

    /// Another output, of this number, of the operator that gives `value`.
    fn also(&mut self, value: Value, number: usize) -> Value;

    /// The two values of an input that is a [`Pair`](crate::Pair), by these names if it is that of the network.
    ///
    /// # Errors
    ///
    /// When the value is no such input.
    fn pair(&mut self, value: Value, names: [&str; 2]) -> Result<[Value; 2], Refusal>;

    /// One of the values of an input that has several, by its name.
    ///
    /// # Errors
    ///
    /// When the value is not the input of the network.
    fn part(&mut self, _value: Value, _name: &str, _dims: &Dims) -> Result<Value, Refusal> {
        Err(Refusal::new("its inputs have names"))
    }

    /// Gives a value out by a name, as one of several outputs of the network.
    ///
    /// # Errors
    ///
    /// When it is no output of the network.
    fn give(&mut self, _value: Value, _name: &str, _dims: &Dims) -> Result<(), Refusal> {
        Err(Refusal::new("its outputs have names"))
    }

    /// The number of steps of each of these sequences, whole numbers `[batch]`, if that is not the same of all.
    ///
    /// What an operator gives is taken for sequences as long as those of its first input that has such lengths.
    fn lengths(&self, sequences: Value) -> Option<Value>;

    /// Which steps there are of sequences that have [`lengths`](Graph::lengths): truth values `[batch, steps]`.
    fn there(&self, sequences: Value) -> Option<Value>;

    /// What is added from here on belongs to the layer of this name, or to the next in a list of layers. Layers call
    /// [`scope`](#method.scope) instead.
    #[doc(hidden)]
    fn enter(&mut self, layer: Option<&str>);

    /// Ends what [`enter`](Graph::enter) began, and keeps the path to the layer that refused first, if one did.
    #[doc(hidden)]
    fn leave(&mut self, refused: bool);
}

impl dyn Graph + '_ {
    /// Adds what `inside` adds as that of an inner layer: under its name, or, for `None`, under its number in a list of layers.
    ///
    /// # Errors
    ///
    /// Those of `inside`; the error that the user sees names the innermost layer.
    pub fn scope<'a, T>(
        &mut self,
        layer: impl Into<Option<&'a str>>,
        inside: impl FnOnce(&mut dyn Graph) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.enter(layer.into());
        let result = inside(self);
        self.leave(result.is_err());
        result
    }

    /// The [`lengths`](Graph::lengths) of sequences that have such.
    pub(crate) fn known_lengths(&self, sequences: Value) -> Result<Value, Refusal> {
        self.lengths(sequences).ok_or(Refusal::new("the lengths of its sequences are not known"))
    }

    /// What [`there`](Graph::there) gives of sequences that have lengths.
    pub(crate) fn known_steps(&self, sequences: Value) -> Result<Value, Refusal> {
        self.there(sequences).ok_or(Refusal::new("the lengths of its sequences are not known"))
    }
}

/// The version of the ONNX operators that layers are made of.
pub const OPSET: i64 = 20;

/// `x` with its dimensions in the order `perm`.
pub(crate) fn transposed(graph: &mut dyn Graph, value: Value, perm: &[i64]) -> Value {
    graph.node("Transpose", &[value], &[("perm", Attribute::Ints(perm))])
}

/// `x·Wᵀ`, of rows in any number of dimensions.
pub(crate) fn linear(graph: &mut dyn Graph, x: Value, weight: Value) -> Value {
    let weight = transposed(graph, weight, &[1, 0]);
    graph.node("MatMul", &[x, weight], &[])
}

/// `x·Wᵀ + b`, of rows in any number of dimensions.
pub(crate) fn affine(graph: &mut dyn Graph, x: Value, weight: Value, bias: Value) -> Value {
    let product = linear(graph, x, weight);
    graph.node("Add", &[product, bias], &[])
}
