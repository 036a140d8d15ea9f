//! The layer that has such tensors, as far as their shapes determine it.

use crate::io::StoredTensor;

/// A layer that has been recognised.
pub struct Found {
    pub name: String,
    pub what: What,
}

pub enum What {
    Dense {
        takes: usize,
        gives: usize,
    },
    LayerNorm(usize),
    BatchNorm(usize),
    /// A table of vectors, or where vectors come in, a dense layer without biases.
    Matrix {
        rows: usize,
        columns: usize,
    },
    Recurrent {
        word: &'static str,
        takes: usize,
        units: usize,
        bidirectional: bool,
    },
    /// Weights of these channels and this kernel: `[filters, channels of a group]`, or of a transposed one `[channels, filters of a
    /// group]`.
    Convolution {
        channels: [usize; 2],
        kernel: Vec<usize>,
        biases: Option<usize>,
    },
}

/// What goes from layer to layer.
#[derive(Clone, Copy, PartialEq)]
pub enum Flow {
    Vector(usize),
    /// Numbers at each step of a sequence.
    Steps(usize),
    /// Channels of an image, or of a signal if there is one direction.
    Planes {
        channels: usize,
        directions: usize,
    },
}

impl Flow {
    pub fn size(self) -> usize {
        match self {
            Flow::Vector(size) | Flow::Steps(size) | Flow::Planes { channels: size, .. } => size,
        }
    }

    /// As in a mapping, with `_` for what is to be filled in; the length of sequences is a guess.
    pub fn written(self) -> String {
        match self {
            Flow::Vector(size) => size.to_string(),
            Flow::Steps(size) => format!("..32, {size}"),
            Flow::Planes { channels, directions: 1 } => format!("{channels}, _"),
            Flow::Planes { channels, .. } => format!("{channels}, _, _"),
        }
    }
}

/// How a convolution takes its input.
enum Taken {
    Groups(usize),
    Transposed(usize),
}

impl Found {
    /// The layer with these tensors, which have all the same module in their names.
    pub fn of(name: &str, tensors: &[&StoredTensor]) -> Option<Found> {
        let shape = |field: &str| {
            let of_field = |tensor: &&&StoredTensor| tensor.name.rsplit('.').next() == Some(field);
            tensors.iter().find(of_field).map(|tensor| tensor.shape.as_slice())
        };
        let count = tensors.iter().filter(|tensor| !tensor.counts_batches()).count();
        let statistics = [shape("running_mean"), shape("running_var")];
        let what = match (shape("weight"), shape("bias"), statistics, count) {
            (Some([gives, takes]), Some([bias]), _, 2) if bias == gives => What::Dense { takes: *takes, gives: *gives },
            (Some([size]), Some([bias]), _, 2) if size == bias => What::LayerNorm(*size),
            (Some([size]), Some([bias]), [Some([mean]), Some([variance])], 4)
                if [bias, mean, variance].iter().all(|other| *other == size) =>
            {
                What::BatchNorm(*size)
            }
            (Some([rows, columns]), None, _, 1) => What::Matrix { rows: *rows, columns: *columns },
            (Some([first, second, kernel @ ..]), bias, _, 1 | 2)
                if matches!(kernel.len(), 1 | 2)
                    && bias.is_some() == (count == 2)
                    && bias.is_none_or(|bias| matches!(bias, [_])) =>
            {
                let biases = bias.and_then(|bias| bias.first().copied());
                What::Convolution { channels: [*first, *second], kernel: kernel.to_vec(), biases }
            }
            _ => recurrent([shape("weight_ih_l0"), shape("weight_hh_l0"), shape("bias_hh_l0")], count)?,
        };
        Some(Found { name: name.into(), what })
    }

    /// Whether what it gives has the size of what it takes, whatever that is.
    pub fn keeps_size(&self) -> bool {
        matches!(self.what, What::LayerNorm(_) | What::BatchNorm(_))
    }

    /// What it takes, if it is the first.
    pub fn input(&self) -> Flow {
        match &self.what {
            What::Dense { takes, .. } => Flow::Vector(*takes),
            What::LayerNorm(size) | What::BatchNorm(size) => Flow::Vector(*size),
            // it takes tokens, which no layer gives
            What::Matrix { .. } => Flow::Steps(0),
            What::Recurrent { takes, .. } => Flow::Steps(*takes),
            What::Convolution { channels: [_, second], kernel, .. } => {
                Flow::Planes { channels: *second, directions: kernel.len() }
            }
        }
    }

    /// What it gives after this, if it fits.
    pub fn after(&self, before: Flow) -> Option<Flow> {
        let fits = |size: usize| before.size() == size;
        match (&self.what, before) {
            (What::Dense { takes, gives }, Flow::Planes { channels, .. }) => {
                takes.is_multiple_of(channels.max(1)).then_some(Flow::Vector(*gives))
            }
            (What::Dense { takes, gives }, Flow::Vector(_)) => fits(*takes).then_some(Flow::Vector(*gives)),
            // at each step, or after the last
            (What::Dense { takes, gives }, Flow::Steps(_)) => fits(*takes).then_some(Flow::Steps(*gives)),
            (What::Matrix { columns, .. }, Flow::Steps(0)) => Some(Flow::Steps(*columns)),
            (What::Matrix { rows, columns }, Flow::Planes { channels, .. }) => {
                columns.is_multiple_of(channels.max(1)).then_some(Flow::Vector(*rows))
            }
            (What::Matrix { rows, columns }, Flow::Vector(_)) => fits(*columns).then_some(Flow::Vector(*rows)),
            (What::LayerNorm(size), Flow::Vector(_) | Flow::Steps(_)) => fits(*size).then_some(before),
            (What::BatchNorm(size), Flow::Vector(_) | Flow::Planes { .. }) => fits(*size).then_some(before),
            (What::Recurrent { takes, units, bidirectional, .. }, Flow::Steps(_)) => {
                fits(*takes).then_some(Flow::Steps(units * if *bidirectional { 2 } else { 1 }))
            }
            (What::Convolution { channels: [first, second], kernel, .. }, Flow::Planes { channels, directions })
                if kernel.len() == directions =>
            {
                let gives = match self.taken(channels)? {
                    Taken::Groups(_) => *first,
                    Taken::Transposed(groups) => second.checked_mul(groups)?,
                };
                Some(Flow::Planes { channels: gives, directions })
            }
            _ => None,
        }
    }

    /// How a convolution takes this number of channels.
    fn taken(&self, comes: usize) -> Option<Taken> {
        let What::Convolution { channels: [first, second], kernel, biases } = &self.what else { return None };
        let groups = |all: usize| all.checked_div(*second).filter(|groups| *groups > 0 && all.is_multiple_of(*second));
        if biases.is_none_or(|biases| biases == *first)
            && let Some(groups) = groups(comes)
            && first.is_multiple_of(groups)
        {
            return Some(Taken::Groups(groups));
        }
        let groups = groups(biases.unwrap_or(*second)).filter(|groups| first.is_multiple_of(*groups))?;
        (comes == *first && kernel.len() == 2).then_some(Taken::Transposed(groups))
    }

    /// As it is written in `network!` after this.
    pub fn written(&self, before: Flow) -> String {
        match &self.what {
            What::Dense { takes, gives } => format!("Dense<{takes}, {gives}>"),
            What::LayerNorm(size) => format!("LayerNorm<{size}>"),
            What::BatchNorm(_) if matches!(before, Flow::Planes { directions: 2, .. }) => "BatchNorm2d".into(),
            What::BatchNorm(_) => "BatchNorm1d".into(),
            What::Matrix { rows, columns } if before == Flow::Steps(0) => format!("Embedding<{rows}, {columns}>"),
            What::Matrix { rows, columns } => format!("Dense<{columns}, {rows}>"),
            What::Recurrent { word, takes, units, bidirectional: false } => format!("{word}<{takes}, {units}>"),
            What::Recurrent { word, takes, units, .. } => format!("{word}<{takes}, {units}, bidirectional = true>"),
            What::Convolution { channels, kernel, biases } => {
                self.convolution(*channels, kernel, biases.is_some(), before.size())
            }
        }
    }

    fn convolution(&self, [first, second]: [usize; 2], kernel: &[usize], bias: bool, comes: usize) -> String {
        let word = if kernel.len() == 1 { "Conv1d" } else { "Conv2d" };
        let bias = if bias { "" } else { ", bias = false" };
        let kernel = match kernel {
            [height, width] if height != width => format!("({height}, {width})"),
            kernel => kernel.first().map_or(String::new(), usize::to_string),
        };
        let groups = |groups: usize| if groups > 1 { format!(", groups = {groups}") } else { String::new() };
        match self.taken(comes) {
            Some(Taken::Groups(count)) if count > 1 && count == first && second == 1 && word == "Conv2d" => {
                format!("DepthwiseConv2d<{first}, {kernel}{bias}>")
            }
            Some(Taken::Groups(count)) => format!("{word}<{comes}, {first}, {kernel}{}{bias}>", groups(count)),
            Some(Taken::Transposed(count)) => {
                format!("ConvTranspose2d<{first}, {}, {kernel}{}{bias}>", second * count, groups(count))
            }
            None => format!("{word}<{second}, {first}, {kernel}{bias}>"),
        }
    }
}

/// The recurrent layer that has such tensors; its kind follows from the number of rows for each unit.
fn recurrent(shapes: [Option<&[usize]>; 3], tensors: usize) -> Option<What> {
    let [Some([rows, takes]), Some([same, units]), Some([biases])] = shapes else { return None };
    let kinds = [(1, "Rnn"), (3, "Gru"), (4, "Lstm")];
    let of_kind = |(gates, _): &(usize, _)| rows == same && rows == biases && gates.checked_mul(*units) == Some(*rows);
    let (_, word) = kinds.into_iter().find(of_kind)?;
    let bidirectional = match tensors {
        4 => false,
        8 => true,
        _ => return None,
    };
    Some(What::Recurrent { word, takes: *takes, units: *units, bidirectional })
}
