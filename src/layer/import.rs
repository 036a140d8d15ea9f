//! How a layer is read from the operators of another tool: the counterpart of [`graph`](super::graph).
//!
//! A layer's file has a table `READERS` of the ONNX operators that may be this layer, each with a function from the operator to a
//! [`Found`]: what is written in `network!`, and which tensors are the parameters.

/// An operator, and the function that reads it as a layer.
pub type Reader = (&'static str, fn(&dyn Node) -> Reading);

/// What an operator is; `None`, if it is another layer; an error with the end of a sentence about it, if there is no layer that
/// computes the same.
pub type Reading = Result<Option<Found>, String>;

/// A size that a file computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// That of the batch, whatever it is.
    Batch,
    Of(i64),
}

/// A constant tensor of a file.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub name: String,
    /// Its sizes, outermost first.
    pub dims: Vec<usize>,
    /// Whether it is a matrix of which the rows are the columns of the tensor in the file.
    pub transposed: bool,
}

impl Tensor {
    /// The same numbers, columns for rows.
    pub fn transpose(mut self) -> Tensor {
        self.transposed = !self.transposed;
        self.dims.reverse();
        self
    }
}

/// The numbers of a parameter, where `T` is a tensor of the file.
#[derive(Clone, Debug)]
pub enum Numbers<T = Tensor> {
    /// Those of a tensor.
    Of(T),
    /// Those of a tensor in one row, whatever its shape.
    Row(T),
    /// Those of a tensor, each with this added.
    Shifted(T, f32),
    /// This many zeros, where the file has no tensor.
    Zeros(usize),
    /// These, in this shape, which were computed of those of the file.
    Values(Vec<usize>, Vec<f32>),
}

impl<T> Numbers<T> {
    /// The same numbers, of what a tensor is elsewhere.
    pub fn try_map<U, E>(self, of: impl FnOnce(T) -> Result<U, E>) -> Result<Numbers<U>, E> {
        Ok(match self {
            Numbers::Of(tensor) => Numbers::Of(of(tensor)?),
            Numbers::Row(tensor) => Numbers::Row(of(tensor)?),
            Numbers::Shifted(tensor, by) => Numbers::Shifted(of(tensor)?, by),
            Numbers::Zeros(count) => Numbers::Zeros(count),
            Numbers::Values(shape, values) => Numbers::Values(shape, values),
        })
    }
}

/// A layer as it is written in `network!`.
#[derive(Debug, Default)]
pub struct Declared {
    /// `Conv2d`
    pub word: &'static str,
    /// `1`, `8`, `3`
    pub arguments: Vec<String>,
    /// Whether an activation can stand behind these.
    pub activates: bool,
    /// `stride = 2`
    pub settings: Vec<String>,
    /// Whether it is applied at each step of a sequence.
    pub at_each_step: bool,
    /// Its parameters, by the names of their fields.
    pub tensors: Vec<(&'static str, Numbers)>,
}

/// What an operator is.
#[derive(Debug)]
pub struct Found {
    pub what: What,
    /// The positions of operators behind it that belong to it.
    pub behind: Vec<usize>,
    /// Which of the operator's outputs this is, where no operators behind it belong to it.
    pub gives: usize,
    /// In which order the file has the dimensions of the output from here on, if in another than that of the input.
    pub order: Option<Vec<usize>>,
}

#[derive(Debug)]
pub enum What {
    /// A layer with an output of this shape, which comes next as `shape`.
    Layer { layer: Declared, output: Vec<usize>, shape: Vec<usize> },
    /// An activation: by itself, or that of the layer before it. One over rows is only that of a `Dense`.
    Activation { name: &'static str, over_rows: bool },
    /// An activation of `a·x + b`, whose result is scaled and shifted in the same way.
    Scaled { before: [f32; 2], name: &'static str, after: [f32; 2] },
    /// The same numbers in another shape.
    Shape(Vec<usize>),
    /// The same numbers.
    Same,
}

impl Found {
    fn new(what: What) -> Reading {
        Ok(Some(Found { what, behind: Vec::new(), gives: 0, order: None }))
    }

    /// A layer with an output of this shape.
    pub fn layer(layer: Declared, output: Vec<usize>) -> Reading {
        Found::new(What::Layer { layer, shape: output.clone(), output })
    }

    /// A layer with an output of this shape, whose numbers the operator gives in another shape.
    pub fn reshaped(layer: Declared, output: Vec<usize>, shape: Vec<usize>) -> Reading {
        Found::new(What::Layer { layer, output, shape })
    }

    /// An activation of each number alone.
    pub fn activation(name: &'static str) -> Reading {
        Found::new(What::Activation { name, over_rows: false })
    }

    /// An activation of each row.
    pub fn activation_over_rows(name: &'static str) -> Reading {
        Found::new(What::Activation { name, over_rows: true })
    }

    /// An activation of each number times `before[0]` plus `before[1]`, and the same of its result.
    pub fn scaled(before: [f32; 2], name: &'static str, after: [f32; 2]) -> Reading {
        Found::new(What::Scaled { before, name, after })
    }

    /// The same numbers in another shape.
    pub fn shape(shape: Vec<usize>) -> Reading {
        Found::new(What::Shape(shape))
    }

    /// A layer with an output of this shape, whose numbers the operator gives as this one of its outputs, in another shape and order.
    pub fn ordered(layer: Declared, output: Vec<usize>, shape: Vec<usize>, order: Vec<usize>, gives: usize) -> Reading {
        let what = What::Layer { layer, output, shape };
        Ok(Some(Found { what, behind: Vec::new(), gives, order: Some(order) }))
    }

    /// The same numbers.
    pub fn same() -> Reading {
        Found::new(What::Same)
    }
}

/// What was found, with operators behind it that belong to it, the last of which gives the output.
pub fn with(reading: Reading, behind: &[&dyn Node]) -> Reading {
    let positions = behind.iter().map(|node| node.position());
    Ok(reading?.map(|found| Found { behind: found.behind.into_iter().chain(positions).collect(), ..found }))
}

/// An operator of a file, whose first input that is no constant is the output of the layers before it.
pub trait Node {
    /// What it is called.
    fn operator(&self) -> &str;
    /// The version of the operators.
    fn opset(&self) -> i64;
    /// Where it is in the file.
    fn position(&self) -> usize;
    /// The names of its inputs; empty for one that is left out.
    fn inputs(&self) -> &[String];
    /// The shape of its input, without the batch.
    fn shape(&self) -> &[usize];
    /// The size of the batch, if it is fixed.
    fn batch(&self) -> Option<i64>;
    /// In which order the file has the dimensions of the input: the first is this dimension of a batch of what the layers before give,
    /// 0 being the batch. Readers of operators over single numbers or rows, and of those that name dimensions, are asked whatever it is.
    fn order(&self) -> &[usize];
    /// Whether anything takes this output.
    fn is_taken(&self, output: usize) -> bool;

    /// An attribute that is an integer.
    fn int(&self, name: &str) -> Option<i64>;
    /// An attribute that is a number.
    fn float(&self, name: &str) -> Option<f32>;
    /// An attribute of several integers.
    fn ints(&self, name: &str) -> Option<&[i64]>;
    /// An attribute of several numbers.
    fn floats(&self, name: &str) -> Option<&[f32]>;
    /// An attribute that is a text.
    fn text(&self, name: &str) -> Option<&str>;

    /// An attribute that is several texts.
    fn texts(&self, name: &str) -> Vec<String>;

    /// The constant of this name.
    fn constant(&self, name: &str) -> Option<Tensor>;
    /// The numbers of a constant.
    fn values(&self, name: &str) -> Option<Vec<f32>>;
    /// The numbers of a small constant.
    fn numbers(&self, name: &str) -> Option<Vec<f32>>;
    /// Whether all numbers of a constant are this one.
    fn is_all(&self, name: &str, number: f32) -> bool;
    /// A small constant of whole numbers, or sizes that the file computes.
    fn sizes(&self, name: &str) -> Option<Vec<Size>>;
    /// A small constant of whole numbers.
    fn whole_numbers(&self, name: &str) -> Option<Vec<i64>>;

    /// The operator that alone takes the output, if it is this one.
    fn next(&self, operator: &str) -> Option<Box<dyn Node + '_>>;
}

impl dyn Node + '_ {
    /// The name of an input that is there.
    pub fn input(&self, number: usize) -> Option<&str> {
        self.inputs().get(number).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The constant that is an input.
    pub fn tensor(&self, number: usize) -> Result<Tensor, String> {
        let name = self.inputs().get(number).ok_or("lacks an input")?;
        self.constant(name).ok_or_else(|| format!("takes `{name}`, which is no constant"))
    }

    /// The same, of an input that can be left out.
    pub fn tensor_if_any(&self, number: usize) -> Result<Option<Tensor>, String> {
        self.input(number).map(|_| self.tensor(number)).transpose()
    }

    /// The constants that are the inputs from number 1 on, each with this many numbers.
    pub fn vectors<const N: usize>(&self, length: usize) -> Result<[Tensor; N], String> {
        let mut tensors = Vec::new();
        for number in 1..=N {
            let tensor = self.tensor(number)?;
            if tensor.dims != [length] {
                return Err(format!("has `{}` of the shape {:?} for {length} numbers", tensor.name, tensor.dims));
            }
            tensors.push(tensor);
        }
        tensors.try_into().map_err(|_| "lacks an input".into())
    }

    /// The whole numbers that are this input, or in older versions of the operator this attribute.
    pub fn whole_numbers_of(&self, input: usize, attribute: &str) -> Option<Vec<i64>> {
        match self.input(input) {
            Some(name) => self.whole_numbers(name),
            None => self.ints(attribute).map(<[i64]>::to_vec),
        }
    }

    /// Fails where the file has the dimensions of the input in another order than the layers.
    pub fn in_order(&self) -> Result<(), String> {
        let order = self.order();
        if order.iter().enumerate().all(|(i, from)| i == *from) { Ok(()) } else { Err(other_order(order)) }
    }

    /// The input as channels and the sides of an image or a signal, in this order.
    pub fn planes(&self) -> Result<(usize, Vec<usize>), String> {
        self.in_order()?;
        self.planes_in_any_order()
    }

    /// The same, for an operator that names dimensions.
    pub fn planes_in_any_order(&self) -> Result<(usize, Vec<usize>), String> {
        match self.shape() {
            [channels, sides @ ..] if matches!(sides.len(), 1 | 2) => Ok((*channels, sides.to_vec())),
            sizes => Err(format!("takes what has the shape {sizes:?}, which is neither an image nor a signal")),
        }
    }

    /// The size of the rows of the input: of its last dimension, which must be the last in the file, too.
    pub fn row(&self) -> Result<usize, String> {
        let size = *self.shape().last().ok_or("takes nothing")?;
        if self.order().last() == Some(&self.shape().len()) { Ok(size) } else { Err(other_order(self.order())) }
    }

    /// An attribute of `count` integers that are not negative; `usual`, each, where there is none.
    pub fn sizes_of(&self, name: &str, count: usize, usual: usize) -> Result<Vec<usize>, String> {
        let Some(given) = self.ints(name).filter(|given| !given.is_empty()) else { return Ok(vec![usual; count]) };
        let sizes: Option<Vec<usize>> =
            given.iter().map(|size| u32::try_from(*size).ok().map(|size| size as usize)).collect();
        sizes.filter(|sizes| sizes.len() == count).ok_or_else(|| format!("has a `{name}` of {given:?}"))
    }

    /// The one number that a constant is, if the output has no more dimensions for it.
    pub fn number(&self, name: &str) -> Option<f32> {
        let rank = self.constant(name)?.dims.len();
        match self.numbers(name)?[..] {
            [number] if rank <= self.shape().len() + 1 => Some(number),
            _ => None,
        }
    }

    /// The dimension of the input that the file counts as this one.
    pub fn dimension(&self, axis: i64) -> Option<usize> {
        self.order().get(place(axis, self.order().len())?).copied()
    }

    /// The order of the dimensions without these.
    pub fn order_without(&self, dimensions: &[usize]) -> Vec<usize> {
        let before = |i: &usize| i - dimensions.iter().filter(|gone| *gone < i).count();
        self.order().iter().filter(|i| !dimensions.contains(i)).map(before).collect()
    }

    /// The dimensions of the input that an operator names, counted with the batch.
    pub fn dimensions(&self) -> Result<Vec<usize>, String> {
        let axes = self
            .whole_numbers_of(1, "axes")
            .filter(|axes| !axes.is_empty())
            .ok_or("is over all dimensions, the batch among them, or over ones that are not known here")?;
        let found: Option<Vec<usize>> = axes.iter().map(|axis| self.dimension(*axis).filter(|i| *i > 0)).collect();
        found.ok_or_else(|| format!("is about the dimensions {axes:?}"))
    }

    /// The dimensions that an operator over `rank` dimensions names, counted with the batch.
    pub fn axes(&self, rank: usize) -> Result<Vec<usize>, String> {
        let axes = self.whole_numbers_of(1, "axes").ok_or("is about dimensions that are not known here")?;
        let found: Option<Vec<usize>> = axes.iter().map(|axis| place(*axis, rank).filter(|i| *i > 0)).collect();
        found.ok_or_else(|| format!("is about the dimensions {axes:?}"))
    }

    /// Fails unless its epsilon, which is 1e-5 where none is written, is that of the layer.
    pub fn same_epsilon(&self, layer: &str, own: f32) -> Result<(), String> {
        let epsilon = self.float("epsilon").unwrap_or(1e-5);
        if (epsilon - own).abs() > 1e-9 {
            return Err(format!("has an epsilon of {epsilon}, where `{layer}` has {own:e}"));
        }
        Ok(())
    }

    /// The number of numbers in its input.
    pub fn count(&self) -> usize {
        product(self.shape())
    }
}

/// The place among `size` that a file counts as this one: from the end, if it is negative.
pub fn place(place: i64, size: usize) -> Option<usize> {
    let place = if place < 0 { place.checked_add(size as i64)? } else { place };
    usize::try_from(place).ok().filter(|place| *place < size)
}

/// How many numbers there are by these sizes; one that is too large stays as large as a `usize` can be.
pub fn product(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |product, size| product.saturating_mul(*size))
}

/// Why an operator cannot be where the file has the dimensions in this order.
pub fn other_order(order: &[usize]) -> String {
    format!("takes what `Transpose` has put in the order {order:?}")
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
