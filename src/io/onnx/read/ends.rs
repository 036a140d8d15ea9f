//! What a graph takes and gives: its one input, of a shape that is known, and its one output.

use super::Import;
use super::chain::Chain;
use super::known::Known;
use super::layer::Layer;
use super::simplify::is_float;
use crate::io::onnx::proto::{Graph, Node, ValueInfo};
use crate::layer::import::Size;

/// The input and the output.
pub fn ends<'a>(graph: &'a Graph, known: &Known) -> Result<[&'a ValueInfo; 2], String> {
    let inputs: Vec<&ValueInfo> = graph.input.iter().filter(|input| !known.has(&input.name)).collect();
    let [input] = inputs[..] else {
        return Err(format!("a graph with one input is expected, but there are {}", names(&inputs)));
    };
    let [output] = &graph.output[..] else {
        let outputs: Vec<&ValueInfo> = graph.output.iter().collect();
        let choose = if outputs.len() > 1 { "; one can be chosen, by `Import::output`" } else { "" };
        return Err(format!("a graph with one output is expected, but there are {}{choose}", names(&outputs)));
    };
    Ok([input, output])
}

impl Chain<'_> {
    /// Whole numbers are taken by a table of vectors alone.
    pub fn check_input(&self, input: &ValueInfo) -> Result<(), String> {
        let element = input.of.as_ref().and_then(|of| of.tensor.as_ref()).map_or(0, |tensor| tensor.element);
        let looked_up = |node: &Node| node.op_type == "Gather" && node.input.get(1) == Some(&input.name);
        let users = self.users.get(input.name.as_str()).into_iter().flatten().filter_map(|user| self.nodes.get(*user));
        if element == 0 || is_float(element) || users.clone().all(|node| looked_up(node) || node.op_type == "Shape") {
            return Ok(());
        }
        Err(format!(
            "`{}` is not made of floats, and its numbers are no tokens that are looked up in a table",
            input.name
        ))
    }

    /// What the last operator gives must be the output.
    pub fn end(&mut self, output: &ValueInfo) -> Result<(), String> {
        if self.at.value != output.name {
            return Err(format!(
                "the last operator gives `{}`, not the graph's output `{}`",
                self.at.value, output.name
            ));
        }
        let stated = dims(output);
        let fits = |(stated, size): (&Option<i64>, &Size)| match size {
            Size::Of(size) => stated.is_none_or(|stated| stated == *size),
            Size::Batch => true,
        };
        let gives = self.at.dims();
        if !(stated.is_empty() || stated.len() == gives.len() && stated.iter().zip(&gives).all(fits)) {
            return Err(format!("`{}` has another shape than its operators give, {:?}", output.name, self.at.sizes));
        }
        if self.at.order.first() != Some(&0) {
            return Err(format!("`{}` does not begin with the batch", output.name));
        }
        if !self.at.is_in_order() {
            self.turned_output = Some(self.at.order.clone());
        }
        self.settle();
        if self.at.layers.is_empty() {
            self.at.layers.push(Layer { name: "linear0".into(), word: "Linear", ..Layer::default() });
        }
        Ok(())
    }
}

/// The dimensions of a value, with the batch; nothing for one that is not fixed.
pub fn dims(value: &ValueInfo) -> Vec<Option<i64>> {
    let shape = value.of.as_ref().and_then(|of| of.tensor.as_ref()).and_then(|tensor| tensor.shape.as_ref());
    shape.into_iter().flat_map(|shape| shape.dim.iter().map(|dimension| dimension.value)).collect()
}

fn names(values: &[&ValueInfo]) -> String {
    let names: Vec<String> = values.iter().map(|value| format!("`{}`", value.name)).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// The shape of the input, without the batch: what the file has, or what it leaves open and the caller says.
pub fn sizes(input: &ValueInfo, import: &Import) -> Result<Vec<usize>, String> {
    let name = &input.name;
    let stated = dims(input);
    let Some((_, stated)) = stated.split_first() else {
        let has_shape =
            input.of.as_ref().and_then(|of| of.tensor.as_ref()).is_some_and(|tensor| tensor.shape.is_some());
        return match &import.input {
            Some(_) if has_shape => Err(format!("`{name}` is one number, and has no sizes")),
            Some(sizes) => Ok(sizes.clone()),
            None if has_shape => Err(format!("`{name}` is one number, not a batch of samples")),
            None => Err(format!("the shape of `{name}` is not in the file; it can be given, by `Import::input`")),
        };
    };
    if stated.is_empty() {
        return Err(format!("`{name}` has one dimension, which is the batch: there is nothing in a sample"));
    }
    let fixed = |size: Option<i64>| size.and_then(|size| u32::try_from(size).ok()).filter(|size| *size > 0);
    if let Some(given) = &import.input {
        let fits =
            |(stated, given): (&Option<i64>, &usize)| fixed(*stated).is_none_or(|stated| stated as usize == *given);
        if stated.len() != given.len() || !stated.iter().zip(given).all(fits) {
            let size = |size: &Option<i64>| fixed(*size).map_or("_".into(), |size| size.to_string());
            let stated = stated.iter().map(size).collect::<Vec<String>>().join(", ");
            return Err(format!("`{name}` has the shape [{stated}] in the file, without the batch, not {given:?}"));
        }
        return Ok(given.clone());
    }
    let sizes: Option<Vec<usize>> = stated.iter().map(|size| Some(fixed(*size)? as usize)).collect();
    sizes.ok_or_else(|| {
        format!("`{name}` has sizes, besides the batch, that are not fixed: they can be given, by `Import::input`")
    })
}
