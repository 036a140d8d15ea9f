//! Branches that come together: as a sum, `Residual`, as a product, `Multiply`, or side by side, `Concat`.

use super::chain::{Chain, Way};
use super::known::int;
use super::layer::Layer;
use super::operators::Refused;
use crate::io::onnx::proto::Node;
use crate::layer::import::{place, product};

/// More layers than these are not within one another.
const MOST_DEPTH: usize = 16;

/// Operators of this kind.
pub const OPERATORS: &[&str] = &["Add", "Sum", "Concat", "Mul"];

/// Whether an operator is one of these and takes several such values, which are no constants.
pub fn joins(node: &Node, values: &[&str]) -> bool {
    match node.op_type.as_str() {
        "Concat" => true,
        "Mul" => matches!(values, [one, other] if one != other),
        operator => OPERATORS.contains(&operator) && values.len() > 1,
    }
}

impl<'a> Chain<'a> {
    /// Adds the layer that several ways make, which all begin with the same value.
    pub fn join(&mut self, node: &'a Node, values: &[&'a str], output: &'a str) -> Refused {
        let concat = node.op_type == "Concat";
        let rank =
            self.parked.iter().chain([&self.at]).find(|way| values.contains(&way.value)).map(|way| way.order.len());
        let axis = int(node, "axis").and_then(|axis| place(axis, rank.unwrap_or(0)));
        if concat && axis != Some(1) {
            return Err("puts together other dimensions than channels".into());
        }
        let nowhere = || Way::new("", Vec::new(), None);
        let at = core::mem::replace(&mut self.at, nowhere());
        self.parked.push(at);
        let from = self.beginning(values).ok_or_else(|| {
            format!("takes {}, which do not begin with the same value: only chains are declared", listed(values))
        })?;
        let (mut ways, mut count) = (Vec::new(), 0);
        for value in values {
            if *value == from {
                count += 1;
                continue;
            }
            self.at = self.unpark(value)?;
            // a number for each channel is one, whatever its shape
            let one_each = |sizes: &[usize]| sizes.first() == Some(&product(sizes));
            if node.op_type != "Mul" || !(one_each(&self.at.given) && one_each(&self.at.sizes)) {
                self.settle();
            }
            count += self.at.ways;
            ways.push(core::mem::replace(&mut self.at, nowhere()));
        }
        // where there are more ways, what comes together here is one of them
        self.at = self.unpark(from)?;
        if count < self.ways_of(from) {
            let way = Way { ways: count, ..self.at.branch(from) };
            self.parked.push(core::mem::replace(&mut self.at, way));
        }
        let in_order = self.at.is_in_order() && ways.iter().all(Way::is_in_order);
        if !in_order && (concat || ways.iter().any(|way| way.order != self.at.order)) {
            return Err("joins branches whose dimensions are in different orders".into());
        }
        if ways.iter().flat_map(|way| &way.layers).any(|layer| layer.depth() > MOST_DEPTH) {
            return Err("has too many branches within branches".into());
        }
        if concat {
            // the value itself may be among what is put together
            let around = self.at.branch(from);
            let mut ways = ways.into_iter();
            let mut found = Vec::new();
            for value in values {
                found.push(if *value == from { None } else { ways.next() });
            }
            self.concat(node, found, around)?;
        } else if node.op_type == "Mul" {
            self.product(node, ways)?;
        } else {
            self.residual(node, ways)?;
        }
        self.at.value = output;
        Ok(())
    }

    /// The value that all these ways begin with, or are.
    fn beginning(&self, values: &[&'a str]) -> Option<&'a str> {
        let from = |value: &str| self.parked.iter().find(|way| way.value == value)?.from;
        let all = |begins: &&str| values.iter().all(|value| value == begins || from(value) == Some(begins));
        let different = (1..values.len()).all(|i| !values[..i].contains(&values[i]));
        values.iter().filter_map(|value| from(value)).find(all).filter(|_| different)
    }

    fn unpark(&mut self, value: &str) -> Result<Way<'a>, String> {
        let place = self.parked.iter().position(|way| way.value == value);
        place.map(|place| self.parked.remove(place)).ok_or_else(|| format!("takes `{value}`, which nothing gives"))
    }

    /// `x + layers(x)`, or `shortcut(x) + layers(x)` of one layer.
    fn residual(&mut self, node: &Node, mut ways: Vec<Way<'a>>) -> Refused {
        if ways.len() > 2 {
            return Err(format!("adds {} branches, where two are added", ways.len()));
        }
        ways.sort_by_key(|way| core::cmp::Reverse(way.layers.len()));
        let mut ways = ways.into_iter();
        let (Some(long), shortcut) = (ways.next(), ways.next()) else { return Err("adds nothing".into()) };
        let around = shortcut.as_ref().map_or(&self.at.sizes, |way| &way.sizes);
        if *around != long.sizes {
            return Err(format!("adds what has the shapes {around:?} and {:?}", long.sizes));
        }
        let mut layer = Layer { word: "Residual", ..Layer::default() };
        layer.arguments = long.layers.iter().map(Layer::to_string).collect();
        layer.inner = long.layers.into_iter().enumerate().map(|(i, inner)| (format!("layers.{i}"), inner)).collect();
        if let Some(shortcut) = shortcut.filter(|way| !way.layers.is_empty()) {
            let [only] = <[Layer; 1]>::try_from(shortcut.layers).map_err(|layers| {
                format!("adds two branches of {} and more layers, where one is a layer", layers.len())
            })?;
            layer.settings.push(format!("shortcut = {only}"));
            layer.inner.push(("shortcut".into(), only));
        }
        if layer.arguments.is_empty() {
            return Err("adds a value to itself".into());
        }
        self.add(node, layer, long.sizes);
        Ok(())
    }

    /// `x · layers(x)`: the same shape, or a number for each channel.
    fn product(&mut self, node: &Node, ways: Vec<Way<'a>>) -> Refused {
        let [way] = <[Way; 1]>::try_from(ways)
            .map_err(|ways| format!("multiplies {} branches, where `Multiply` has one", ways.len()))?;
        let (sizes, gate) = (self.at.sizes.clone(), &way.sizes);
        let one_each =
            gate.len() == sizes.len() && gate.first() == sizes.first() && gate.iter().skip(1).all(|n| *n == 1);
        if *gate != sizes && !one_each {
            return Err(format!("multiplies what has the shapes {sizes:?} and {gate:?}"));
        }
        let mut layer = Layer { word: "Multiply", ..Layer::default() };
        layer.arguments = way.layers.iter().map(Layer::to_string).collect();
        layer.inner = way.layers.into_iter().enumerate().map(|(i, inner)| (format!("layers.{i}"), inner)).collect();
        self.add(node, layer, sizes);
        Ok(())
    }

    /// Channels after channels.
    fn concat(&mut self, node: &Node, ways: Vec<Option<Way<'a>>>, around: Way<'a>) -> Refused {
        let mut layer = Layer { word: "Concat", ..Layer::default() };
        let mut sizes: Vec<usize> = Vec::new();
        for way in ways {
            let gives = way.as_ref().map_or(&around.sizes, |way| &way.sizes);
            match (&mut sizes[..], &gives[..]) {
                ([], gives) => sizes = gives.to_vec(),
                ([channels, sides @ ..], [more, others @ ..]) if sides == others => *channels += more,
                (sizes, gives) => return Err(format!("puts together what has the shapes {sizes:?} and {gives:?}")),
            }
            let layers = way.map_or(Vec::new(), |way| way.layers);
            let i = layer.arguments.len();
            // branches of a branch are branches
            if let [Layer { word: "Concat", .. }] = layers[..] {
                for Layer { arguments, inner, .. } in layers {
                    layer.arguments.extend(arguments);
                    layer.inner.extend(inner.into_iter().map(|(name, inner)| (further(&name, i), inner)));
                }
                continue;
            }
            let written: Vec<String> = layers.iter().map(Layer::to_string).collect();
            layer.arguments.push(match &written[..] {
                [] => "Linear".into(),
                [alone] => alone.clone(),
                several => format!("[{}]", several.join(", ")),
            });
            let alone = layers.len() == 1;
            let name = |j: usize| if alone { i.to_string() } else { format!("{i}.{j}") };
            layer.inner.extend(layers.into_iter().enumerate().map(|(j, inner)| (name(j), inner)));
        }
        self.add(node, layer, sizes);
        Ok(())
    }
}

/// The name of what is in a branch, with this number of branches before it.
fn further(name: &str, branches: usize) -> String {
    let (branch, rest) = name.split_once('.').map_or((name, None), |(branch, rest)| (branch, Some(rest)));
    let branch = branch.parse::<usize>().unwrap_or(0) + branches;
    rest.map_or_else(|| branch.to_string(), |rest| format!("{branch}.{rest}"))
}

fn listed(values: &[&str]) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" and ")
}
