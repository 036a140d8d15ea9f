//! From operator to operator, each of which takes what one before gives; where a value goes several ways, these are followed side by side.

use std::collections::{HashMap, HashSet};

use super::Import;
use super::ends::{dims, ends, sizes};
use super::join::joins;
use super::known::Known;
use super::layer::Layer;
use super::names::{keep_apart, label, name};
use super::order::in_order;
use super::unsupported::unsupported;
use crate::io::declaration::field;
use crate::io::onnx::proto::{Graph, Node};

/// The layers of a graph.
pub struct Chain<'a> {
    /// The way that is followed.
    pub at: Way<'a>,
    /// Those that are left for now.
    pub parked: Vec<Way<'a>>,
    /// The name of the input.
    pub given: &'a str,
    /// The shape of the input, without the batch.
    pub input: Vec<usize>,
    /// In which order the layers have the dimensions of the file's input, and the file those of the layers' output, if in another one.
    pub turned_input: Option<Vec<usize>>,
    pub turned_output: Option<Vec<usize>>,
    /// The batch, if it is of one size.
    pub batch: Option<i64>,
    /// The version of the operators.
    pub version: i64,
    pub known: Known<'a>,
    pub nodes: &'a [Node],
    /// Which operators take a value.
    pub users: HashMap<&'a str, Vec<usize>>,
    /// Operators that belong to a layer that was found before.
    done: HashSet<usize>,
}

/// More ways than these are not followed side by side.
const MOST_WAYS: usize = 256;

/// Layers, each of which takes what the one before gives.
pub struct Way<'a> {
    pub layers: Vec<Layer<'a>>,
    /// The name of what the last operator gives.
    pub value: &'a str,
    /// The sizes of that, without the batch.
    pub sizes: Vec<usize>,
    /// In which order the file has these, and the batch, which is 0.
    pub order: Vec<usize>,
    /// The sizes of what the last layer gives: as many numbers, perhaps in another shape.
    pub given: Vec<usize>,
    /// What the way begins with, if that goes other ways too.
    pub from: Option<&'a str>,
    /// How many of these have come together in this one.
    pub ways: usize,
}

impl<'a> Way<'a> {
    pub fn new(value: &'a str, sizes: Vec<usize>, from: Option<&'a str>) -> Self {
        let order = in_order(sizes.len());
        Way { layers: Vec::new(), value, given: sizes.clone(), sizes, order, from, ways: 1 }
    }

    /// What goes from here another way.
    pub fn branch(&self, value: &'a str) -> Self {
        Way { order: self.order.clone(), ..Way::new(value, self.sizes.clone(), Some(value)) }
    }
}

impl<'a> Chain<'a> {
    /// The layers, or what in the graph there is no layer for.
    pub fn read(graph: &'a Graph, version: i64, import: &Import) -> Result<Self, String> {
        let known = Known::of(&graph.initializer);
        let [input, output] = ends(graph, &known)?;
        let sizes = sizes(input, import)?;
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, node) in graph.node.iter().enumerate() {
            node.input.iter().for_each(|name| users.entry(name).or_default().push(i));
        }
        users.entry(&output.name).or_default();
        let mut chain = Chain {
            at: Way::new(&input.name, sizes.clone(), None),
            parked: Vec::new(),
            given: &input.name,
            input: sizes,
            turned_input: None,
            turned_output: None,
            batch: dims(input).first().copied().flatten(),
            version,
            known,
            nodes: &graph.node,
            users,
            done: HashSet::new(),
        };
        chain.check_input(input)?;
        chain.follow().map_err(|what| what + &unsupported(graph, &chain.done))?;
        if let Some(from) = core::iter::once(&chain.at).chain(&chain.parked).find_map(|way| way.from) {
            return Err(format!("what `{from}` gives goes several ways, which do not come together"));
        }
        chain.end(output)?;
        keep_apart(&mut chain.at.layers);
        Ok(chain)
    }

    fn follow(&mut self) -> Result<(), String> {
        self.shapes_of(self.at.value);
        for (i, node) in self.nodes.iter().enumerate() {
            if self.done.contains(&i) {
                continue;
            }
            if node.input.iter().all(|name| name.is_empty() || self.known.has(name)) {
                self.done.insert(i);
                if !self.known.fold(node, None) {
                    return Err(format!("{} computes what is not known here", label(node)));
                }
                continue;
            }
            self.go_on(node, i).map_err(|what| format!("{} {what}", label(node)))?;
            if self.at.sizes.iter().any(|size| *size == 0 || u32::try_from(*size).is_err()) {
                return Err(format!("{} gives what has the shape {:?}", label(node), self.at.sizes));
            }
            self.done.insert(i);
            self.shapes_of(self.at.value);
        }
        Ok(())
    }

    /// Computes the shape of a value wherever it is asked for: what follows may depend on it.
    fn shapes_of(&mut self, value: &str) {
        for user in self.users.get(value).cloned().unwrap_or_default() {
            if let Some(node) = self.nodes.get(user).filter(|node| node.op_type == "Shape")
                && self.known.fold(node, Some(self.at.dims()))
            {
                self.done.insert(user);
            }
        }
    }

    /// Adds what an operator is that takes something that is not constant.
    fn go_on(&mut self, node: &'a Node, position: usize) -> Result<(), String> {
        let takes = node.input.iter().map(String::as_str).filter(|name| !name.is_empty() && !self.known.has(name));
        let takes: Vec<&str> = takes.collect();
        let output = node.output.first().ok_or("gives nothing")?;
        if joins(node, &takes) {
            if takes.len() < node.input.len() {
                return Err("takes a constant beside what comes in".into());
            }
            return self.join(node, &takes, output);
        }
        self.go_to(takes.first().copied().unwrap_or_default())?;
        if node.output.len() == 1 {
            self.at.value = output;
        }
        self.operator(node, position)?;
        // what else it takes belongs to a layer that has been found, or is nowhere
        let same = takes.iter().all(|value| takes.first() == Some(value));
        if same { Ok(()) } else { Err(format!("takes `{}` as well: only chains are declared", takes[1])) }
    }

    /// Goes on where this value is; on a way of its own, if it goes several.
    fn go_to(&mut self, value: &'a str) -> Result<(), String> {
        if self.at.value != value {
            let Some(way) = self.parked.iter_mut().find(|way| way.value == value) else {
                return Err(format!(
                    "takes `{value}`, but what comes before it gives `{}`: only chains are declared",
                    self.at.value
                ));
            };
            core::mem::swap(way, &mut self.at);
        }
        let ways = self.ways_of(value);
        if ways > MOST_WAYS || self.parked.len() > MOST_WAYS {
            return Err(format!("takes `{value}`, which goes more than {MOST_WAYS} ways"));
        }
        if ways > 1 {
            self.settle();
            let way = self.at.branch(value);
            self.parked.push(core::mem::replace(&mut self.at, way));
        }
        Ok(())
    }

    /// How many operators take the value that is followed, which is this one. Its shape is no way on, nor is an operator that belongs to what
    /// begins with another, such as the product by which an activation ends.
    pub fn ways_of(&self, value: &str) -> usize {
        let mut users = self.users.get(value).cloned().unwrap_or_default();
        users.dedup();
        users.retain(|user| self.nodes.get(*user).is_some_and(|node| node.op_type != "Shape"));
        if users.len() < 2 {
            return users.len();
        }
        let found = users.iter().filter_map(|user| self.find(self.nodes.get(*user)?, *user).ok().flatten());
        let belong: HashSet<usize> = found.flat_map(|found| found.behind).collect();
        users.iter().filter(|user| !belong.contains(user)).count()
    }

    /// The one operator that takes what `node` gives, if it is one of this name.
    pub fn next(&self, node: &Node, operator: &str) -> Option<(usize, &'a Node)> {
        let [user] = self.users.get(node.output.first()?.as_str())?[..] else { return None };
        let next = self.nodes.get(user)?;
        (next.op_type == operator).then_some((user, next))
    }

    /// These operators belong to what has been found, and the last of them gives what goes on.
    pub fn take(&mut self, positions: &[usize]) {
        for position in positions {
            self.done.insert(*position);
            if let Some(output) = self.nodes.get(*position).and_then(|node| node.output.first()) {
                self.at.value = output;
            }
        }
    }

    /// Adds a layer that gives this shape; what came before gets the shape that it has in the graph.
    pub fn add(&mut self, node: &Node, layer: Layer<'a>, gives: Vec<usize>) {
        self.settle();
        let position = self.at.layers.len();
        self.at.layers.push(Layer { name: name(node, layer.word, position, &self.known), ..layer });
        self.at.given.clone_from(&gives);
        self.reshape(gives);
    }

    /// What comes next takes the numbers in this shape.
    pub fn reshape(&mut self, sizes: Vec<usize>) {
        if sizes.len() != self.at.sizes.len() {
            self.at.order = in_order(sizes.len());
        }
        self.at.sizes = sizes;
    }

    /// Whether anything takes this value, or it is the output.
    pub fn is_taken(&self, value: &str) -> bool {
        !value.is_empty() && self.users.contains_key(value)
    }

    /// The layer that makes the shape of the graph from that of the layers, where the two differ.
    pub fn settle(&mut self) {
        if self.at.sizes == self.at.given {
            return;
        }
        let position = self.at.layers.len();
        let (word, arguments) = match &self.at.sizes[..] {
            [_] => ("Flatten", Vec::new()),
            sizes => ("Reshape", vec![format!("{sizes:?}")]),
        };
        let name = format!("{}{position}", field(word));
        self.at.layers.push(Layer { name, word, arguments, ..Layer::default() });
        self.at.given.clone_from(&self.at.sizes);
    }

    /// Adds an activation: that of the layer before it, where it can have one, else as a layer.
    pub fn activate(&mut self, node: &Node, activation: &'static str, by_row: bool) {
        if by_row {
            self.settle();
        }
        match self.at.layers.last_mut() {
            Some(layer) if layer.activates && layer.activation.is_none() && (!by_row || layer.word == "Dense") => {
                layer.activation = Some(activation);
            }
            _ => {
                let position = self.at.layers.len();
                let name = name(node, activation, position, &self.known);
                self.at.layers.push(Layer { name, word: activation, ..Layer::default() });
            }
        }
    }
}
