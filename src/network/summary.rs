//! The table of a network's layers, and the budgets that are held against it.

use core::fmt;

use crate::layer::Layer;
use crate::memory::dims::Dims;
use crate::memory::text::Text;

/// What `network!` knows of a network when it is compiled.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Summary {
    /// The network's name.
    pub name: &'static str,
    /// The shape that comes in.
    pub input: Dims,
    /// The layers in order.
    pub layers: &'static [LayerSummary],
}

/// A row of a [`Summary`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct LayerSummary {
    /// The field's name or position.
    pub name: &'static str,
    /// The layer as it is written.
    pub layer: &'static str,
    /// The shape that it gives.
    pub output: Dims,
    /// Its parameters.
    pub parameters: usize,
    /// Multiply-accumulate operations for one sample.
    pub macs: u64,
    /// How far what is alive while it infers one sample reaches into the workspace, in bytes.
    pub bytes: usize,
    /// What that takes by itself: in a graph, there may be gaps between values.
    taken: usize,
    /// The names of these values, in a graph.
    alive: &'static str,
}

impl LayerSummary {
    /// For the code of `network!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        layer: &'static str,
        output: Dims,
        parameters: usize,
        macs: u64,
        bytes: usize,
    ) -> LayerSummary {
        LayerSummary { name, layer, output, parameters, macs, bytes, taken: bytes, alive: "" }
    }

    /// With the names of the values that are alive while it infers, and the bytes that these take.
    #[doc(hidden)]
    #[must_use]
    pub const fn alive(self, alive: &'static str, taken: usize) -> LayerSummary {
        LayerSummary { alive, taken, ..self }
    }

    /// The row of the layer `L`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<L: Layer>(name: &'static str, layer: &'static str, bytes: usize) -> LayerSummary {
        let output = <L::Output as crate::Shape>::DIMS;
        LayerSummary::new(name, layer, output, size_of::<L>() / 4, L::MACS, bytes)
    }
}

impl LayerSummary {
    /// Characters of a layer in the table.
    const MOST: usize = 64;

    /// As much of the layer as there is room for, and what says that there is more.
    fn beginning(&self) -> (&str, &str) {
        if self.layer.chars().count() <= Self::MOST {
            return (self.layer, "");
        }
        let end = self.layer.char_indices().nth(Self::MOST - 1).map_or(0, |(end, _)| end);
        (self.layer.get(..end).unwrap_or_default(), "…")
    }
}

impl fmt::Display for Summary {
    /// A table: layer, output shape, parameters, MACs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: fn(&LayerSummary) -> usize, head: usize| {
            self.layers.iter().map(column).max().unwrap_or(0).max(head)
        };
        let name = width(|l| l.name.chars().count(), 5);
        let layer = width(|l| l.layer.chars().count(), 5).min(LayerSummary::MOST);
        writeln!(f, "{}: {}", self.name, self.input)?;
        writeln!(f, "{:name$}  {:layer$}  {:>16}  {:>10}  {:>12}", "", "layer", "output", "parameters", "MACs")?;
        for row in self.layers {
            let output = Text::<48>::new().dims(&row.output);
            let parameters = Text::<32>::new().number(row.parameters as u64);
            let macs = Text::<32>::new().number(row.macs);
            let (output, parameters, macs) = (output.as_str(), parameters.as_str(), macs.as_str());
            let (beginning, more) = row.beginning();
            let layer = layer - more.chars().count();
            writeln!(f, "{:name$}  {beginning:layer$}{more}  {output:>16}  {parameters:>10}  {macs:>12}", row.name)?;
        }
        let parameters = Text::<32>::new().number(self.parameters());
        let macs = Text::<32>::new().number(self.macs());
        let (parameters, macs) = (parameters.as_str(), macs.as_str());
        write!(f, "{:name$}  {:layer$}  {:>16}  {parameters:>10}  {macs:>12}", "", "", "")
    }
}

impl Summary {
    /// For the code of `network!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, input: Dims, layers: &'static [LayerSummary]) -> Summary {
        Summary { name, input, layers }
    }

    /// All parameters.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        total(self.layers, Resource::Flash) / 4
    }

    /// All multiply-accumulate operations of the inference of one sample.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        total(self.layers, Resource::Macs)
    }
}

/// What `#[budget(…)]` limits.
#[derive(Debug, Clone, Copy)]
pub enum Resource {
    /// Bytes of parameters.
    Flash,
    /// Bytes of workspace for the inference of one sample.
    Ram,
    /// Multiply-accumulate operations of the inference of one sample.
    Macs,
}

/// What one layer takes.
const fn need(layer: &LayerSummary, resource: Resource) -> u64 {
    match resource {
        Resource::Flash => 4 * layer.parameters as u64,
        Resource::Ram => layer.bytes as u64,
        Resource::Macs => layer.macs,
    }
}

/// What one layer takes without the gaps that others leave.
const fn share(layer: &LayerSummary, resource: Resource) -> u64 {
    match resource {
        Resource::Ram => layer.taken as u64,
        Resource::Flash | Resource::Macs => need(layer, resource),
    }
}

/// What the layers take together: RAM is shared, so there the largest counts.
const fn total(layers: &[LayerSummary], resource: Resource) -> u64 {
    let mut total = 0;
    let mut i = 0;
    while i < layers.len() {
        let need = need(&layers[i], resource);
        total = match resource {
            Resource::Ram if need < total => total,
            Resource::Ram => need,
            _ => total + need,
        };
        i += 1;
    }
    total
}

/// Fails, while compiling, when `limit` is exceeded.
///
/// # Panics
///
/// With a message that names the need of each layer and the largest.
#[track_caller]
pub const fn assert_budget(summary: &Summary, resource: Resource, limit: u64) {
    let total = total(summary.layers, resource);
    if total > limit {
        panic!("{}", over_budget(summary, resource, limit, total).as_str());
    }
}

const fn over_budget(summary: &Summary, resource: Resource, limit: u64, total: u64) -> Text<4096> {
    let (what, unit) = match resource {
        Resource::Flash => (" of flash", " bytes"),
        Resource::Ram => (" of RAM", " bytes"),
        Resource::Macs => ("", " MACs"),
    };
    let mut text = Text::new().str("`").str(summary.name).str("` needs ").number(total).str(unit);
    text = text.str(what).str(", but its budget is ").number(limit).str(unit);
    let mut largest = 0;
    let mut i = 0;
    while i < summary.layers.len() {
        let layer = &summary.layers[i];
        text = text.str("\n  ").number(share(layer, resource)).str("  ").str(layer.name).str(": ").str(layer.layer);
        if share(layer, resource) > share(&summary.layers[largest], resource) {
            largest = i;
        }
        i += 1;
    }
    let (over, largest) = (total - limit, &summary.layers[largest]);
    text = text.str("\nhelp: save ").number(over).str(unit).str(", best in `").str(largest.name).str("`, the largest");
    if matches!(resource, Resource::Ram) && !largest.alive.is_empty() {
        text = text.str(", while ").str(largest.alive).str(" are in memory");
    }
    text.str(", or raise the budget")
}
