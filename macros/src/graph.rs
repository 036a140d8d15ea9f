//! What each layer of a network takes: its nodes in declared order, of which a chain is the special case.

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// The network's input.
    Input,
    /// What an earlier node gives.
    Node(usize),
}

/// What makes one value of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Join {
    Add,
    Multiply,
    /// One after the other along this axis, from 0.
    Concat(usize),
    /// No join, but this one of the values that come in.
    Part(usize),
    /// All that a network with several outputs gives.
    Outputs,
}

impl Join {
    /// The join of this name.
    pub fn named(word: &str) -> Option<Join> {
        match word {
            "Add" => Some(Join::Add),
            "Multiply" => Some(Join::Multiply),
            "Concat" => Some(Join::Concat(0)),
            _ => None,
        }
    }

    /// The join that a word of other frameworks means: Keras' layers, the functions of PyTorch and NumPy.
    pub fn meant(word: &str) -> Option<Join> {
        match word.to_lowercase().as_str() {
            "add" | "sum" => Some(Join::Add),
            "mul" | "multiply" => Some(Join::Multiply),
            "cat" | "concat" | "concatenate" => Some(Join::Concat(0)),
            _ => None,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Join::Add => "Add",
            Join::Multiply => "Multiply",
            Join::Concat(_) => "Concat",
            Join::Part(_) => "Input",
            Join::Outputs => "Outputs",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A layer of its own, with parameters of its own.
    Own,
    /// The layer of an earlier node, used again.
    Again(usize),
    Join(Join),
}

/// A value of the network, and what it is made of.
#[derive(Clone, Debug)]
pub struct Node {
    pub kind: Kind,
    pub sources: Vec<Source>,
    /// Whether it is written what it takes.
    pub explicit: bool,
    /// Whether a mistake hides what it takes.
    pub lost: bool,
}

impl Node {
    /// A layer that takes what the one before it gives.
    pub fn next(position: usize) -> Node {
        let source = position.checked_sub(1).map_or(Source::Input, Source::Node);
        Node { kind: Kind::Own, sources: vec![source], explicit: false, lost: false }
    }
}

/// The nodes, each after those that it takes.
#[derive(Clone, Debug, Default)]
pub struct Graph(pub Vec<Node>);

impl Graph {
    /// Whether each layer takes what the one before it gives.
    pub fn is_chain(&self) -> bool {
        let chained = |(i, node): (usize, &Node)| node.kind == Kind::Own && node.sources == Node::next(i).sources;
        self.0.iter().enumerate().all(chained)
    }

    /// Whether the node has a layer of its own, a field of the struct.
    pub fn is_own(&self, i: usize) -> bool {
        self.0[i].kind == Kind::Own
    }

    /// The node whose layer maps here.
    pub fn layer_of(&self, i: usize) -> usize {
        match self.0[i].kind {
            Kind::Again(first) => first,
            Kind::Own | Kind::Join(_) => i,
        }
    }

    /// The last node that takes this value; none, if it is what the network gives.
    pub fn last_reader(&self, source: Source) -> Option<usize> {
        self.nodes().rev().find(|i| self.0[*i].sources.contains(&source))
    }

    /// The first node that takes this value.
    pub fn first_reader(&self, source: Source) -> Option<usize> {
        self.nodes().find(|i| self.0[*i].sources.contains(&source))
    }

    /// The nodes that make something: all but that of several outputs.
    pub fn nodes(&self) -> core::ops::Range<usize> {
        0..self.0.len() - usize::from(self.outputs().is_some())
    }

    /// The outputs of a network with several, by the nodes that give them.
    pub fn outputs(&self) -> Option<&[Source]> {
        self.0.last().filter(|last| last.kind == Kind::Join(Join::Outputs)).map(|last| &last.sources[..])
    }

    /// Which of the outputs a node gives.
    pub fn gives(&self, i: usize) -> impl Iterator<Item = usize> {
        let outputs = self.outputs().unwrap_or_default();
        (0..outputs.len()).filter(move |number| outputs[*number] == Source::Node(i))
    }

    /// The outputs whose gradients are wanted first when a node's turn in backward comes.
    pub fn outputs_before(&self, i: usize) -> Vec<usize> {
        let outputs = self.outputs().unwrap_or_default();
        let turn = |source: Source| match source {
            Source::Node(j) => self.last_reader(source).unwrap_or(j),
            Source::Input => 0,
        };
        (0..outputs.len()).filter(|number| turn(outputs[*number]) == i).collect()
    }

    /// Whether a node gives an output and goes nowhere else, so that a loss may see the values before its activation.
    pub fn is_head(&self, i: usize) -> bool {
        match self.outputs() {
            None => i + 1 == self.0.len(),
            Some(_) => self.gives(i).count() == 1 && self.last_reader(Source::Node(i)).is_none(),
        }
    }

    /// All nodes that this one is made of.
    pub fn ancestors(&self, i: usize) -> Vec<usize> {
        let mut found = vec![false; i];
        self.mark(i, &mut found);
        (0..i).filter(|j| found[*j]).collect()
    }

    fn mark(&self, i: usize, found: &mut [bool]) {
        for source in &self.0[i].sources {
            if let Source::Node(j) = *source
                && !core::mem::replace(&mut found[j], true)
            {
                self.mark(j, found);
            }
        }
    }
}
