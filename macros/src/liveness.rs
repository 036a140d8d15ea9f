//! What of a graph is alive when, in inference and in backward: each value and gradient with its place and its time.
//!
//! In inference a value lives from the layer that makes it to the last that takes it. A sum lies where its first or second value lay, if
//! nothing else takes that. In training, values stay on the tape, and what lives for a time are the gradients: each from the last layer
//! that takes the value, which sets it, over the others, which add to it, to the layer that makes the value.

use crate::graph::{Graph, Join, Kind, Source};
use crate::plan::Part;

/// Where a value or its gradient lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// With the network's inputs or outputs, or their gradients, which the caller has.
    Outside,
    Part(usize),
}

impl Place {
    pub fn part(self) -> Option<usize> {
        if let Place::Part(part) = self { Some(part) } else { None }
    }
}

/// Whose memory a part is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    Value(Source),
    Scratch(usize),
}

/// The memory of inference. Its steps are the nodes.
#[derive(Default)]
pub struct Inference {
    pub parts: Vec<Part>,
    pub of: Vec<Of>,
    /// Where each value lies.
    pub places: Vec<Place>,
    /// The scratch of each layer that runs.
    pub scratch: Vec<Option<usize>>,
}

/// The memory of backward. Its steps are what the nodes do for their sources, from the last.
#[derive(Default)]
pub struct Backward {
    pub parts: Vec<Part>,
    pub of: Vec<Of>,
    /// Where the gradient of each value lies.
    pub places: Vec<Place>,
    /// What each node does for each of its sources.
    pub ways: Vec<Vec<Way>>,
}

/// How a gradient goes from a node to one of its sources.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// It is the same memory: a sum hands its gradient on.
    Same,
    /// It is the first, and sets what the others add to.
    Sets,
    /// It is added, by way of this part where the sum cannot be made at once.
    Adds(Option<usize>),
}

/// What is known of the nodes besides what they take.
pub struct Known<'a> {
    pub graph: &'a Graph,
    /// How many numbers there are in a value.
    pub numbers: &'a dyn Fn(Source) -> u64,
    /// Whether inference leaves the node out, as one that changes no number.
    pub identity: &'a dyn Fn(usize) -> bool,
}

impl Known<'_> {
    fn last(&self) -> usize {
        self.graph.0.len() - 1
    }

    pub fn inference(&self) -> Inference {
        let mut memory = Inference::default();
        for i in 0..=self.last() {
            let source = Source::Node(i);
            let place = match self.in_place(i, &memory.places) {
                Some(place) => place,
                None if i == self.last() => Place::Outside,
                None => {
                    // what comes in is there when it is first taken
                    let taken = matches!(self.graph.0[i].kind, Kind::Join(Join::Part(_)));
                    let first = self.graph.first_reader(source).filter(|_| taken).unwrap_or(i);
                    memory.of.push(Of::Value(source));
                    memory.parts.push(Part { size: (self.numbers)(source), guessed: false, alive: [first, first] });
                    Place::Part(memory.parts.len() - 1)
                }
            };
            memory.places.push(place);
            if let (Place::Part(part), Some(reader)) = (place, self.graph.last_reader(Source::Node(i))) {
                let alive = &mut memory.parts[part].alive;
                alive[1] = alive[1].max(reader);
            }
        }
        for i in 0..=self.last() {
            let runs = !matches!(self.graph.0[i].kind, Kind::Join(_)) && !(self.identity)(i);
            memory.scratch.push(runs.then_some(memory.parts.len()));
            if runs {
                let size = (self.numbers)(Source::Node(i));
                memory.of.push(Of::Scratch(i));
                memory.parts.push(Part { size, guessed: true, alive: [i, i] });
            }
        }
        memory
    }

    /// Where a value lies that is put where another one is: one that a layer lets through, or a sum.
    fn in_place(&self, i: usize, places: &[Place]) -> Option<Place> {
        let node = &self.graph.0[i];
        let place = |source: Source| match source {
            Source::Node(j) => places[j],
            Source::Input => Place::Outside,
        };
        if (self.identity)(i) {
            return node.sources.first().map(|source| place(*source));
        }
        if node.kind != Kind::Join(Join::Add) || i == self.last() {
            return None;
        }
        let free = |candidate: &Place| {
            let read = |j: usize| self.graph.last_reader(Source::Node(j)).is_some_and(|reader| reader > i);
            let once = node.sources.iter().filter(|source| place(**source) == *candidate).count() == 1;
            *candidate != Place::Outside && once && !(0..i).filter(|j| places[*j] == *candidate).any(read)
        };
        // the sum of the first two is the same in either order
        node.sources.iter().take(2).map(|source| place(*source)).find(free)
    }

    pub fn backward(&self) -> Backward {
        let nodes = &self.graph.0;
        let mut memory = Backward { ways: vec![Vec::new(); nodes.len()], ..Backward::default() };
        let mut places: Vec<Option<Place>> = vec![None; nodes.len()];
        places[self.last()] = Some(Place::Outside);
        let (mut step, mut input_set) = (0, false);
        memory.ways[self.last()] = vec![Way::Sets; self.graph.outputs().map_or(0, <[Source]>::len)];
        for i in self.graph.nodes().rev() {
            let node = &nodes[i];
            for number in self.graph.outputs_before(i) {
                if let Source::Node(j) = nodes[self.last()].sources[number] {
                    let source = Source::Node(j);
                    memory.of.push(Of::Value(source));
                    memory.parts.push(Part { size: (self.numbers)(source), guessed: false, alive: [step, step] });
                    places[j] = Some(Place::Part(memory.parts.len() - 1));
                    step += 1;
                }
            }
            let given = places[i].unwrap_or(Place::Outside);
            let mut handed_on = false;
            for source in &node.sources {
                let set = match source {
                    Source::Input if matches!(node.kind, Kind::Join(Join::Part(_))) => false,
                    Source::Input => core::mem::replace(&mut input_set, true),
                    Source::Node(j) => places[*j].is_some(),
                };
                let once = node.sources.iter().filter(|other| *other == source).count() == 1;
                let sum = node.kind == Kind::Join(Join::Add);
                let mut room = |of| {
                    memory.of.push(Of::Value(of));
                    memory.parts.push(Part { size: (self.numbers)(of), guessed: false, alive: [step, step] });
                    memory.parts.len() - 1
                };
                let way = match (set, source) {
                    (false, Source::Node(j)) if sum && once && !handed_on => {
                        (handed_on, places[*j]) = (true, Some(given));
                        Way::Same
                    }
                    (false, Source::Node(j)) => {
                        places[*j] = Some(Place::Part(room(*source)));
                        Way::Sets
                    }
                    (false, Source::Input) => Way::Sets,
                    (true, _) if sum => Way::Adds(None),
                    (true, source) => Way::Adds(Some(room(*source))),
                };
                let to = if let Source::Node(j) = source { places[*j] } else { None };
                for part in [Some(given), to].into_iter().flatten().filter_map(Place::part) {
                    memory.parts[part].alive[1] = step;
                }
                memory.ways[i].push(way);
                step += 1;
            }
        }
        memory.places = places.into_iter().map(|place| place.unwrap_or(Place::Outside)).collect();
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Node;
    use crate::plan::{Plan, plan};

    struct Random(u64);

    impl Random {
        fn below(&mut self, below: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % below
        }

        /// A graph in which everything goes somewhere.
        fn graph(&mut self) -> Graph {
            let count = 2 + self.below(11);
            let mut nodes: Vec<Node> = Vec::new();
            for i in 0..count {
                let open: Vec<usize> =
                    (0..i).filter(|j| !nodes.iter().any(|node| node.sources.contains(&Source::Node(*j)))).collect();
                let some = |random: &mut Random| match random.below(i + 1).checked_sub(1) {
                    Some(j) => Source::Node(j),
                    None => Source::Input,
                };
                let own: Vec<usize> = (0..i).filter(|j| nodes[*j].kind == Kind::Own).collect();
                let (kind, mut sources) = match self.below(7) {
                    0 | 1 => (Kind::Join(Join::Add), vec![some(self), some(self)]),
                    2 => (Kind::Join(Join::Multiply), vec![some(self), some(self)]),
                    3 => (Kind::Join(Join::Concat(0)), vec![some(self), some(self), some(self)]),
                    4 if !own.is_empty() => (Kind::Again(own[self.below(own.len())]), vec![some(self)]),
                    _ => (Kind::Own, vec![some(self)]),
                };
                let kind = if i + 1 == count && open.len() > sources.len() {
                    sources = vec![Source::Input; open.len()];
                    Kind::Join(Join::Add)
                } else {
                    kind
                };
                let all = i + 1 == count;
                for (source, j) in sources.iter_mut().zip(open.iter().rev()) {
                    if all || self.below(2) == 0 {
                        *source = Source::Node(*j);
                    }
                }
                nodes.push(Node { kind, sources, explicit: true, lost: false });
            }
            let graph = Graph(nodes);
            if self.below(2) == 0 { self.with_ends(graph) } else { graph }
        }

        /// The same with two inputs, and with several outputs.
        fn with_ends(&mut self, graph: Graph) -> Graph {
            let (mut inputs, count) = (Vec::new(), graph.0.len());
            let part =
                |k| Node { kind: Kind::Join(Join::Part(k)), sources: vec![Source::Input], explicit: true, lost: false };
            let mut nodes = vec![part(0), part(1)];
            for node in &graph.0 {
                let sources = node.sources.iter().map(|source| match source {
                    Source::Node(j) => Source::Node(j + 2),
                    Source::Input => {
                        inputs.push(self.below(2));
                        Source::Node(*inputs.last().unwrap())
                    }
                });
                let kind = if let Kind::Again(first) = node.kind { Kind::Again(first + 2) } else { node.kind };
                nodes.push(Node { kind, sources: sources.collect(), ..node.clone() });
            }
            let other = 2 + self.below(count);
            let mut sources = vec![Source::Node(count + 1)];
            sources.extend((other < count + 1).then_some(Source::Node(other)));
            nodes.push(Node { kind: Kind::Join(Join::Outputs), sources, explicit: true, lost: false });
            Graph(nodes)
        }
    }

    /// Memory in which each part holds one number, in all of its words.
    struct Memory {
        words: Vec<f64>,
        places: Vec<[usize; 2]>,
    }

    impl Memory {
        fn new(parts: &[Part]) -> Self {
            let Plan(order) = &plan(parts);
            let below = Plan(order.clone());
            let mut places = vec![[0; 2]; parts.len()];
            for part in order {
                let start = below.below(parts, *part).into_iter().map(|below| places[below][1]).max().unwrap_or(0);
                places[*part] = [start, start + parts[*part].size as usize];
            }
            let words = places.iter().map(|[_, end]| *end).max().unwrap_or(0);
            Memory { words: vec![f64::NAN; words], places }
        }

        fn set(&mut self, part: usize, value: f64) {
            let [start, end] = self.places[part];
            self.words[start..end].fill(value);
        }

        /// Fails if another part was written to meanwhile.
        fn get(&self, part: usize) -> f64 {
            let [start, end] = self.places[part];
            let words = &self.words[start..end];
            assert!(words.iter().all(|word| word.to_bits() == words[0].to_bits()), "two parts lie in each other");
            words[0]
        }
    }

    fn weight(graph: &Graph, i: usize) -> f64 {
        0.5 + graph.layer_of(i) as f64 / 8.0
    }

    /// What a node makes of its values.
    fn made(graph: &Graph, i: usize, values: &[f64]) -> f64 {
        match graph.0[i].kind {
            Kind::Own | Kind::Again(_) => weight(graph, i) * values[0],
            Kind::Join(Join::Add) => values.iter().sum(),
            Kind::Join(Join::Multiply) => values.iter().product(),
            Kind::Join(Join::Concat(_)) => values.iter().zip(1..).map(|(value, k)| value * f64::from(k)).sum(),
            Kind::Join(Join::Part(k)) => values[0] + k as f64,
            Kind::Join(Join::Outputs) => values.iter().sum(),
        }
    }

    /// The derivative of that by one of them.
    fn slope(graph: &Graph, i: usize, number: usize, values: &[f64]) -> f64 {
        match graph.0[i].kind {
            Kind::Own | Kind::Again(_) => weight(graph, i),
            Kind::Join(Join::Add) => 1.0,
            Kind::Join(Join::Multiply) => values[1 - number],
            Kind::Join(Join::Concat(_)) => 1.0 + number as f64,
            Kind::Join(Join::Part(_) | Join::Outputs) => 1.0,
        }
    }

    const INPUT: f64 = 0.75;

    fn values(graph: &Graph) -> Vec<f64> {
        let mut all: Vec<f64> = Vec::new();
        for (i, node) in graph.0.iter().enumerate() {
            let values: Vec<f64> = node.sources.iter().map(|source| value(*source, &all)).collect();
            all.push(made(graph, i, &values));
        }
        all
    }

    fn value(source: Source, all: &[f64]) -> f64 {
        if let Source::Node(j) = source { all[j] } else { INPUT }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(1.0)
    }

    #[test]
    fn inference_of_random_graphs_gives_their_values() {
        let mut random = Random(5);
        for case in 0..10_000 {
            let graph = random.graph();
            let last = graph.0.len() - 1;
            let let_through: Vec<bool> =
                (0..=last).map(|i| i < last && graph.is_own(i) && random.below(4) == 0).collect();
            // what is put in the place of another value has its size
            let memory = Known { graph: &graph, numbers: &|_| 3, identity: &|i| let_through[i] }.inference();
            let mut words = Memory::new(&memory.parts);
            let (mut outside, mut expected) = (0.0, Vec::new());
            let is_part = |i: usize| matches!(graph.0[i].kind, Kind::Join(Join::Part(_)));
            for (i, node) in graph.0.iter().enumerate() {
                let at = |source: Source| if let Source::Node(j) = source { memory.places[j] } else { Place::Outside };
                let before: Vec<f64> = node.sources.iter().map(|source| value(*source, &expected)).collect();
                expected.push(if let_through[i] { before[0] } else { made(&graph, i, &before) });
                for part in (0..i).filter(|j| is_part(*j) && graph.first_reader(Source::Node(*j)) == Some(i)) {
                    words.set(memory.places[part].part().unwrap(), expected[part]);
                }
                let give = |words: &Memory| {
                    graph.gives(i).map(|_| memory.places[i].part().map_or(INPUT, |part| words.get(part))).sum::<f64>()
                };
                if let_through[i] {
                    outside += give(&words);
                    continue;
                }
                if is_part(i) || node.kind == Kind::Join(Join::Outputs) {
                    continue;
                }
                let taken: Vec<f64> = node
                    .sources
                    .iter()
                    .map(|source| at(*source).part().map_or(INPUT, |part| words.get(part)))
                    .collect();
                if let Some(scratch) = memory.scratch[i] {
                    words.set(scratch, f64::NAN);
                }
                let made = made(&graph, i, &taken);
                match memory.places[i] {
                    Place::Part(part) => words.set(part, made),
                    Place::Outside => outside = made,
                }
                outside += give(&words);
            }
            assert!(near(outside, expected[last]), "case {case}: {outside} {expected:?} {graph:?}");
        }
    }

    #[test]
    fn backward_through_random_graphs_is_the_chain_rule() {
        let mut random = Random(9);
        for case in 0..10_000 {
            let graph = random.graph();
            let values = values(&graph);
            let last = graph.0.len() - 1;
            // what hands its gradient on has the size of its sources
            let sizes: Vec<u64> = (0..=last).map(|_| 1 + random.below(5) as u64).collect();
            let sums = graph.0.iter().any(|node| node.kind == Kind::Join(Join::Add));
            let numbers = |source: Source| if let (Source::Node(j), false) = (source, sums) { sizes[j] } else { 2 };
            let memory = Known { graph: &graph, numbers: &numbers, identity: &|_| false }.backward();
            let (mut words, mut outside, mut by_input) = (Memory::new(&memory.parts), 1.0, 0.0);
            let (mut expected, mut expected_input) = (vec![0.0; last + 1], 0.0);
            match graph.outputs() {
                None => expected[last] = 1.0,
                Some(outputs) => outputs.iter().for_each(|output| {
                    if let Source::Node(j) = output {
                        expected[*j] = 1.0;
                    }
                }),
            }
            for i in graph.nodes().rev() {
                let node = &graph.0[i];
                for number in graph.outputs_before(i) {
                    let Source::Node(j) = graph.0[last].sources[number] else { continue };
                    words.set(memory.places[j].part().unwrap(), 1.0);
                }
                if matches!(node.kind, Kind::Join(Join::Part(_))) && graph.last_reader(Source::Node(i)).is_none() {
                    continue;
                }
                let taken: Vec<f64> = node.sources.iter().map(|source| value(*source, &values)).collect();
                let given = memory.places[i].part().map_or(outside, |part| words.get(part));
                assert!(near(given, expected[i]), "case {case}, node {i}: {given} {expected:?} {graph:?}");
                for (number, source) in node.sources.iter().enumerate() {
                    let given = memory.places[i].part().map_or(outside, |part| words.get(part));
                    let slope = slope(&graph, i, number, &taken);
                    let derivative = given * slope;
                    match source {
                        Source::Input => expected_input += expected[i] * slope,
                        Source::Node(j) => expected[*j] += expected[i] * slope,
                    }
                    let place = if let Source::Node(j) = source { Some(memory.places[*j]) } else { None };
                    let way = memory.ways[i][number];
                    let derivative = match way {
                        Way::Same => continue,
                        Way::Sets | Way::Adds(None) => derivative,
                        Way::Adds(Some(part)) => {
                            words.set(part, derivative);
                            words.get(part)
                        }
                    };
                    // a layer may overwrite what it is given
                    if !matches!(node.kind, Kind::Join(_)) {
                        match memory.places[i] {
                            Place::Part(part) => words.set(part, f64::NAN),
                            Place::Outside => outside = f64::NAN,
                        }
                    }
                    let adds = matches!(way, Way::Adds(_));
                    match place {
                        None if matches!(node.kind, Kind::Join(Join::Part(_))) => by_input += derivative,
                        None => by_input = if adds { by_input + derivative } else { derivative },
                        Some(Place::Part(part)) => {
                            let before = if adds { words.get(part) } else { 0.0 };
                            words.set(part, before + derivative);
                        }
                        Some(Place::Outside) => outside = if adds { outside + derivative } else { derivative },
                    }
                }
            }
            let taken = graph.last_reader(Source::Input).is_some();
            assert!(!taken || near(by_input, expected_input), "case {case}: {by_input} {expected_input} {graph:?}");
        }
    }
}
