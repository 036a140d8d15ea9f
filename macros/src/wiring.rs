//! From names to nodes: what each layer takes, and the mistakes in that.

use proc_macro2::{Ident, Span};
use syn::Visibility;

use crate::ast::{Arg, Declaration, Field, Sources, Spec};
use crate::graph::{Graph, Join, Kind, Node, Source};
use crate::messages;
use crate::words::similar;

/// What the network's input is called where nothing else is.
pub const INPUT: &str = "input";

/// With a field for each of several inputs, before the layers, and one for several outputs, behind them.
pub fn with_ends(mut declaration: Declaration) -> Declaration {
    let Some(mapping) = &declaration.mapping else { return declaration };
    let field = |name: Option<Ident>, what: &str, span: Span, sources: Option<Sources>| {
        let path = Ident::new(what, span).into();
        let layer = Ok(Spec { path, args: None, called: None });
        Field { attrs: Vec::new(), frozen: None, vis: Visibility::Inherited, name, layer, sources }
    };
    let inputs = mapping.input.parts.iter();
    let inputs: Vec<Field> = inputs.map(|(name, _)| field(Some(name.clone()), "Input", name.span(), None)).collect();
    let (names, span): (Vec<Ident>, Span) =
        (mapping.output.parts.iter().map(|(name, _)| name.clone()).collect(), mapping.output.span);
    let outputs = (!names.is_empty()).then(|| field(None, "Outputs", span, Some(Sources { span, names })));
    let layers = core::mem::take(&mut declaration.layers);
    declaration.layers = inputs.into_iter().chain(layers).chain(outputs).collect();
    declaration
}

/// What is known of the inputs and outputs.
#[derive(Clone, Copy)]
struct Ends {
    /// How many inputs have names.
    inputs: usize,
    /// Whether the outputs have names.
    outputs: bool,
    /// Whether a mistake in the mapping hides them.
    lost: bool,
}

impl Ends {
    fn of(declaration: &Declaration) -> Ends {
        let mapping = declaration.mapping.as_ref();
        Ends {
            inputs: mapping.map_or(0, |mapping| mapping.input.parts.len()),
            outputs: mapping.is_some_and(|mapping| !mapping.output.parts.is_empty()),
            lost: declaration.mapping_lost,
        }
    }
}

/// Works out what each layer takes, and finds the mistakes in that.
pub fn wiring(declaration: &Declaration, errors: &mut Vec<syn::Error>) -> Graph {
    let before = errors.len();
    let fields = &declaration.layers;
    let ends = Ends::of(declaration);
    let mut nodes: Vec<Node> = Vec::new();
    for position in 0..fields.len() {
        let node = if position < ends.inputs {
            let kind = Kind::Join(Join::Part(position));
            Node { kind, sources: vec![Source::Input], explicit: true, lost: false }
        } else if ends.outputs && position + 1 == fields.len() {
            outputs(fields, ends.inputs, errors)
        } else {
            node(fields, position, ends, &nodes, errors)
        };
        nodes.push(node);
    }
    let graph = Graph(nodes);
    for (field, node) in fields.iter().zip(&graph.0).filter(|(_, node)| node.kind != Kind::Own) {
        if let Some(attr) = field.attrs.iter().find(|attr| !attr.path().is_ident("doc")) {
            errors.push(syn::Error::new_spanned(attr, messages::ATTRIBUTE_OF_VALUE));
        } else if let (Some(frozen), Kind::Again(first)) = (field.frozen, node.kind) {
            let name = fields[first].name.as_ref().map(Ident::to_string).unwrap_or_default();
            errors.push(syn::Error::new(frozen, messages::frozen_again(&name)));
        } else if let Some(frozen) = field.frozen {
            errors.push(syn::Error::new(frozen, messages::FROZEN_JOIN));
        }
    }
    if errors.len() == before && fields.iter().all(|field| field.layer.is_ok()) {
        no_input(declaration, &graph, errors);
        unused(fields, ends, &graph, errors);
    }
    graph
}

/// What one layer takes.
fn node(fields: &[Field], position: usize, ends: Ends, nodes: &[Node], errors: &mut Vec<syn::Error>) -> Node {
    let field = &fields[position];
    let next = Node::next(position);
    let Ok(spec) = &field.layer else { return next };
    let mistakes = errors.len();
    let kind = kind(fields, position, ends, spec, nodes, errors);
    let Some(written) = &field.sources else {
        let inputs = ends.inputs;
        if let (2.., true, Some(name)) = (inputs, position == inputs, &field.name) {
            let named: Vec<String> =
                fields[..inputs].iter().flat_map(|field| &field.name).map(Ident::to_string).collect();
            let message = messages::which_input(&name.to_string(), &spec.written(), &named);
            errors.push(syn::Error::new(name.span(), message));
        }
        return Node { kind, lost: errors.len() > mistakes, ..next };
    };
    let names = written.names.iter();
    let sources: Vec<Source> = names.map_while(|name| source(fields, position, ends, name, errors)).collect();
    if errors.len() == mistakes {
        as_many(spec, kind, written, errors);
    }
    Node { kind, sources, explicit: true, lost: errors.len() > mistakes }
}

/// Whether it is a layer of its own, an earlier one again, or a join.
fn kind(
    fields: &[Field],
    position: usize,
    ends: Ends,
    spec: &Spec,
    nodes: &[Node],
    errors: &mut Vec<syn::Error>,
) -> Kind {
    let written = fields[position].sources.is_some();
    let word = spec.word().unwrap_or_default();
    let settings_only = spec.args().iter().all(|arg| matches!(arg, Arg::Setting(..)));
    if let Some(join) = Join::named(&word).filter(|_| written && settings_only) {
        return Kind::Join(join);
    }
    if let Some((join, message)) = meant_join(fields, position, ends.inputs, spec) {
        errors.push(syn::Error::new(spec.blame(), message));
        return Kind::Join(join);
    }
    if spec.args.is_some() || !word.starts_with(|c: char| c == '_' || c.is_lowercase()) {
        return Kind::Own;
    }
    let named = |field: &Field| field.name.as_ref().is_some_and(|name| *name == word.as_str());
    match fields[..position].iter().position(named) {
        Some(first) => match nodes[first].kind {
            Kind::Own => Kind::Again(first),
            Kind::Again(first) => Kind::Again(first),
            Kind::Join(_) => {
                errors.push(syn::Error::new(spec.blame(), messages::again_join(&word)));
                Kind::Own
            }
        },
        None if written => {
            let message = if fields[position..].iter().any(named) {
                messages::layer_made_later(&word)
            } else {
                let known = known(fields, position, 1);
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                messages::no_such_layer(&word, similar(&word, &known))
            };
            errors.push(syn::Error::new(spec.blame(), message));
            Kind::Own
        }
        None => Kind::Own,
    }
}

/// A join that is written as elsewhere, and what is said of it: `Concatenate(a, b)`, `Add<a, b>`.
fn meant_join(fields: &[Field], position: usize, inputs: usize, spec: &Spec) -> Option<(Join, String)> {
    let word = spec.word()?;
    match &fields[position].sources {
        Some(sources) => {
            let is_layer = fields.iter().any(|field| field.name.as_ref().is_some_and(|name| *name == word.as_str()));
            let join = Join::meant(&word).filter(|_| sources.names.len() > 1 && spec.args.is_none() && !is_layer)?;
            let names: Vec<String> = sources.names.iter().map(Ident::to_string).collect();
            Some((join, messages::join_is_named(&word, join.word(), &names)))
        }
        None => {
            let known = known(fields, position, inputs);
            let name = |arg: &Arg| match arg {
                Arg::Spec(spec) if spec.args.is_none() => spec.word().filter(|word| known.contains(word)),
                _ => None,
            };
            let names: Option<Vec<String>> = spec.args().iter().map(name).collect();
            let names = names.filter(|names| names.len() > 1)?;
            Some((Join::named(&word)?, messages::join_in_parentheses(&word, &names)))
        }
    }
}

/// The value of this name, if it is made before `position`.
fn source(fields: &[Field], position: usize, ends: Ends, name: &Ident, errors: &mut Vec<syn::Error>) -> Option<Source> {
    let named = |field: &Field| field.name.as_ref() == Some(name);
    let input = fields[..ends.inputs].iter().position(named);
    if let Some(found) = input.or_else(|| fields[..position].iter().rposition(named)) {
        return Some(Source::Node(found));
    }
    let later = fields[position..].iter().position(named).map(|later| position + later);
    let own = fields[position].name.as_ref().map(Ident::to_string).unwrap_or_default();
    let message = match later {
        Some(later) if later == position => messages::takes_itself(&own),
        Some(later) if reaches(fields, later, position) => messages::in_a_circle(&own, &name.to_string()),
        Some(_) => messages::made_later(&own, &name.to_string()),
        None if ends.lost || name == INPUT && ends.inputs == 0 => return Some(Source::Input),
        None => {
            let known = known(fields, position, ends.inputs);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            messages::no_such_value(&name.to_string(), similar(&name.to_string(), &known), &known)
        }
    };
    errors.push(syn::Error::new(name.span(), message));
    None
}

/// The names of what there is before a layer.
fn known(fields: &[Field], position: usize, inputs: usize) -> Vec<String> {
    let made = fields[..position].iter().filter_map(|field| field.name.as_ref().map(Ident::to_string));
    (inputs == 0).then(|| INPUT.to_string()).into_iter().chain(made).collect()
}

/// What a network with several outputs gives.
fn outputs(fields: &[Field], inputs: usize, errors: &mut Vec<syn::Error>) -> Node {
    let (last, mistakes) = (fields.len() - 1, errors.len());
    let names = fields[last].sources.as_ref().map_or(&[][..], |sources| &sources.names);
    let mut sources = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let made = (inputs..last).rev().find(|j| fields[*j].name.as_ref() == Some(name));
        let known: Vec<String> = known(&fields[inputs..], last - inputs, 1);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = match made {
            _ if names[..i].contains(name) => messages::output_twice(&name.to_string()),
            Some(made) => {
                sources.push(Source::Node(made));
                continue;
            }
            None => messages::output_not_made(&name.to_string(), similar(&name.to_string(), &known), &known),
        };
        errors.push(syn::Error::new(name.span(), message));
    }
    Node { kind: Kind::Join(Join::Outputs), sources, explicit: true, lost: errors.len() > mistakes }
}

/// Whether the layer at `from` is made of what the one at `to` gives, be it through others.
fn reaches(fields: &[Field], from: usize, to: usize) -> bool {
    let mut seen = vec![false; fields.len()];
    let mut open = vec![from];
    while let Some(i) = open.pop() {
        if i == to {
            return true;
        }
        if core::mem::replace(&mut seen[i], true) {
            continue;
        }
        match &fields[i].sources {
            Some(sources) => {
                let is_source = |field: &Field| field.name.as_ref().is_some_and(|name| sources.names.contains(name));
                open.extend((0..fields.len()).filter(|j| is_source(&fields[*j])));
            }
            None => open.extend(i.checked_sub(1)),
        }
    }
    false
}

/// A layer takes one value, a join several.
fn as_many(spec: &Spec, kind: Kind, written: &Sources, errors: &mut Vec<syn::Error>) {
    let names: Vec<String> = written.names.iter().map(Ident::to_string).collect();
    let message = match (kind, names.len()) {
        (Kind::Join(Join::Multiply), 2) | (Kind::Own | Kind::Again(_), 1) => return,
        (Kind::Join(Join::Add | Join::Concat(_)), 2..) => return,
        (Kind::Join(Join::Part(_) | Join::Outputs), _) => return,
        (Kind::Join(Join::Multiply), _) => messages::multiply_two(&names),
        (Kind::Join(_), _) => messages::join_several(&spec.written(), &names),
        (Kind::Own | Kind::Again(_), _) => messages::takes_one(&spec.written(), &names),
    };
    errors.push(syn::Error::new(written.span, message));
}

/// The network's input is known by the mapping, or by the first layer if that alone takes it.
fn no_input(declaration: &Declaration, graph: &Graph, errors: &mut Vec<syn::Error>) {
    if declaration.mapping.is_some() || declaration.mapping_lost {
        return;
    }
    for (i, (field, node)) in declaration.layers.iter().zip(&graph.0).enumerate() {
        let takes = node.sources.contains(&Source::Input) && !(i == 0 && node.kind == Kind::Own);
        let name = field.sources.iter().flat_map(|sources| &sources.names).find(|name| *name == INPUT);
        if let Some(name) = name.filter(|_| takes) {
            errors.push(syn::Error::new(name.span(), messages::INPUT_UNKNOWN));
            return;
        }
    }
}

/// All that is made goes somewhere.
fn unused(fields: &[Field], ends: Ends, graph: &Graph, errors: &mut Vec<syn::Error>) {
    if ends.lost {
        return;
    }
    let last = graph.0.len() - 1;
    let outputs = match &fields[last].sources {
        Some(outputs) if graph.outputs().is_some() => outputs.names.iter().map(Ident::to_string).collect(),
        _ => fields[last].name.iter().map(Ident::to_string).collect::<Vec<_>>(),
    };
    let goes_out = |i: usize| graph.gives(i).next().is_some();
    for i in (0..last).filter(|i| graph.last_reader(Source::Node(*i)).is_none() && !goes_out(*i)) {
        let Some(name) = &fields[i].name else { continue };
        if fields[..i].iter().any(|field| field.name.as_ref() == Some(name)) {
            continue; // that there are two is said
        }
        let message = match i < ends.inputs {
            true => {
                let others = fields[..last].iter().rev().flat_map(|field| &field.name).filter(|other| *other != name);
                let other = others.map(Ident::to_string).next().unwrap_or_else(|| "hidden".into());
                messages::input_unused(&name.to_string(), &other)
            }
            false => messages::never_used(&name.to_string(), &outputs, graph.outputs().is_some()),
        };
        errors.push(syn::Error::new(name.span(), message));
    }
}

#[cfg(test)]
mod tests {
    use crate::layers::is_built_in;

    #[test]
    fn no_built_in_layer_is_in_lower_case() {
        assert!(crate::layers::ROWS.iter().all(|row| row.word.starts_with(char::is_uppercase)));
        assert!(is_built_in("Multiply") && is_built_in("Concat") && !is_built_in("Add"));
    }
}
