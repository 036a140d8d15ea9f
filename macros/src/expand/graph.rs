//! The ways through a network whose layers name what they take.
//!
//! What is alive when, and how gradients meet, is worked out in `liveness`; here it becomes code.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::arena::{Arena, variable};
use super::block::{Parts, output_slot};
use crate::graph::{Join, Kind, Source};
use crate::liveness::{Backward, Inference, Known, Of, Place, Way};
use crate::shape;

/// The memory of inference, with its types.
pub struct Values<'a> {
    pub arena: Arena<'a>,
    memory: Inference,
}

/// The memory of backward, with its types.
pub struct Gradients<'a> {
    pub arena: Arena<'a>,
    memory: Backward,
}

impl<'a> Parts<'a> {
    /// What is alive when.
    fn known<T>(&self, ask: impl FnOnce(&Known) -> T) -> T {
        let numbers = |source: Source| {
            let sizes = match source {
                Source::Node(i) => self.network.layers[i].gives.sizes.as_deref(),
                Source::Input => self.network.input_sizes.as_deref(),
            };
            sizes.and_then(shape::count).unwrap_or(1)
        };
        let identity = |i: usize| self.identity(i, self.last());
        ask(&Known { graph: &self.network.graph, numbers: &numbers, identity: &identity })
    }

    pub fn values(&'a self) -> Values<'a> {
        let memory = self.known(|known| known.inference());
        let types = memory.of.iter().map(|of| match *of {
            Of::Value(source) => {
                let ty = self.of_source(source);
                quote!([#ty; __B])
            }
            Of::Scratch(i) => self.of(i, &quote!(Scratch<__B>)),
        });
        let arena = Arena::new(&self.krate, self.name, "Value", types.collect(), memory.parts.clone());
        Values { arena, memory }
    }

    /// The names of the values that take memory while a node infers.
    pub fn alive(&self, values: &Values, i: usize) -> Vec<String> {
        let Values { memory, .. } = values;
        let is_alive = |part: &usize| (memory.parts[*part].alive[0]..=memory.parts[*part].alive[1]).contains(&i);
        // of several in one place, the last that was made
        let made = |part: usize| (0..=i).rev().find(|j| memory.places[*j] == Place::Part(part));
        (0..memory.parts.len()).filter(is_alive).filter_map(made).map(|j| self.shown(j)).collect()
    }

    pub fn gradients(&'a self) -> Gradients<'a> {
        let (memory, krate) = (self.known(|known| known.backward()), &self.krate);
        let types = memory.of.iter().map(|of| match *of {
            Of::Value(source) => {
                let ty = self.of_source(source);
                quote!([#krate::Gradient<#ty>; __B])
            }
            Of::Scratch(_) => quote!(()),
        });
        let arena = Arena::new(&self.krate, self.name, "Gradient", types.collect(), memory.parts.clone());
        Gradients { arena, memory }
    }

    pub fn graph_infer(&'a self, method: &Ident) -> TokenStream {
        let (krate, graph, last) = (&self.krate, &self.network.graph, self.last());
        let Values { arena, memory } = self.values();
        let steps = (0..=last).filter(|i| self.runs(*i)).map(|i| {
            let node = &graph.0[i];
            let place = |source: Source| match source {
                Source::Node(j) => memory.places[j],
                Source::Input => Place::Outside,
            };
            let sources = node.sources.iter().filter_map(|source| place(*source).part());
            let parts: Vec<usize> = sources.chain(memory.places[i].part()).chain(memory.scratch[i]).collect();
            let value = |source: Source| {
                let ty = self.of_source(source);
                match place(source) {
                    Place::Outside if source == Source::Input => quote!(inputs),
                    // let through unchanged
                    Place::Outside => quote!(#krate::plain::cast::<_, #ty>(inputs)),
                    Place::Part(part) => {
                        let part = variable(part);
                        quote!(#krate::plain::cast::<_, #ty>(#krate::__private::first(&*#part, samples)))
                    }
                }
            };
            let target = match memory.places[i] {
                Place::Part(part) => {
                    let (part, ty) = (variable(part), self.output(i));
                    quote!(#krate::plain::cast_mut::<_, #ty>(#krate::__private::first_mut(&mut *#part, samples)))
                }
                Place::Outside => quote!(&mut *outputs),
            };
            let step = match node.kind {
                Kind::Join(join) => {
                    let in_place =
                        node.sources.iter().position(|source| i != last && place(*source) == memory.places[i]);
                    self.joined(join, &node.sources, in_place, &value, &target)
                }
                Kind::Own | Kind::Again(_) => {
                    let (field, buffer) = (&self.fields[graph.layer_of(i)], memory.scratch[i].map(variable));
                    let call = if graph.is_head(i) { method.clone() } else { format_ident!("infer") };
                    let call = self.of(i, &quote!(#call::<__B>));
                    let values = self.feed(i, value(node.sources[0]));
                    quote!(#call(&self.#field, #values, #target, #buffer);)
                }
            };
            let take = arena.take(&quote!(scratch), &parts);
            (i, quote!({ #take #step }))
        });
        let mut steps: Vec<Option<TokenStream>> = steps.fold(vec![None; last + 1], |mut steps, (i, step)| {
            steps[i] = Some(step);
            steps
        });
        let all = (0..=last).map(|i| {
            // what comes in by a name is gathered when it is first taken
            let come = (0..i).filter(|j| graph.first_reader(Source::Node(*j)) == Some(i)).filter_map(|j| {
                let (Kind::Join(Join::Part(number)), Some(part)) = (graph.0[j].kind, memory.places[j].part()) else {
                    return None;
                };
                let (take, target) = (arena.take(&quote!(scratch), &[part]), variable(part));
                let gather = self.gathered(number, &quote!(#krate::__private::first_mut(&mut *#target, samples)));
                Some(quote!({ #take #gather }))
            });
            let (step, go) = (
                steps[i].take(),
                graph.gives(i).map(|number| {
                    let ty = self.output(i);
                    let (take, values) = match memory.places[i] {
                        Place::Outside => (TokenStream::new(), quote!(#krate::memory::plain::cast::<_, #ty>(inputs))),
                        Place::Part(part) => {
                            let (take, part) = (arena.take(&quote!(scratch), &[part]), variable(part));
                            let values = quote!(#krate::__private::first(&*#part, samples));
                            (take, quote!(#krate::memory::plain::cast::<_, #ty>(#values)))
                        }
                    };
                    let give = self.given_out(number, i, &values);
                    quote!({ #take #give })
                }),
            );
            quote!(#(#come)* #step #(#go)*)
        });
        quote!(#(#all)*)
    }

    /// Whether a node does something in inference by itself.
    fn runs(&self, i: usize) -> bool {
        let ends = matches!(self.network.graph.0[i].kind, Kind::Join(Join::Part(_) | Join::Outputs));
        !ends && !self.identity(i, self.last())
    }

    /// One of the values that come in, of each sample.
    fn gathered(&self, number: usize, target: &TokenStream) -> TokenStream {
        let (name, _) = &self.network.inputs[number];
        quote! {
            for (to, from) in (#target).iter_mut().zip(inputs) {
                *to = from.#name;
            }
        }
    }

    /// What node `i` gives, as an output of the network.
    fn given_out(&self, number: usize, i: usize, values: &TokenStream) -> TokenStream {
        let ((name, flow), ty, krate) = (&self.network.outputs[number], self.output(i), &self.krate);
        let promised = &flow.ty;
        quote! {
            for (to, from) in outputs.iter_mut().zip(#krate::__private::feed::<#ty, #promised>(#values)) {
                to.#name = *from;
            }
        }
    }

    /// Makes one value of several; in the place of one of them where that is given.
    fn joined(
        &self,
        join: Join,
        sources: &[Source],
        in_place: Option<usize>,
        value: &dyn Fn(Source) -> TokenStream,
        target: &TokenStream,
    ) -> TokenStream {
        let krate = &self.krate;
        let values: Vec<TokenStream> = sources.iter().map(|source| value(*source)).collect();
        match join {
            Join::Add => {
                let first = in_place.is_none().then(|| {
                    let first = &values[0];
                    quote!(#krate::__private::join::set(#target, #first);)
                });
                let placed = in_place.unwrap_or(0);
                let rest = values
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i != placed)
                    .map(|(_, value)| quote!(#krate::__private::join::add(#target, #value);));
                quote!(#first #(#rest)*)
            }
            Join::Multiply => {
                let [first, second] = [&values[0], &values[1]];
                quote!(#krate::__private::join::multiply(#target, #first, #second);)
            }
            Join::Concat(axis) => {
                let parts = values.iter().enumerate().map(|(i, value)| {
                    let at = self.at(&sources[..i], axis);
                    quote!(#krate::__private::join::put::<_, _, #axis>(#target, #value, #at);)
                });
                quote!(#(#parts)*)
            }
            Join::Part(number) => self.gathered(number, target),
            Join::Outputs => {
                let all = sources.iter().zip(values).enumerate().filter_map(|(number, (source, value))| match source {
                    Source::Node(i) => Some(self.given_out(number, *i, &value)),
                    Source::Input => None,
                });
                quote!(#(#all)*)
            }
        }
    }

    /// How many numbers of values that are joined lie before the next.
    fn at(&self, before: &[Source], axis: usize) -> TokenStream {
        let krate = &self.krate;
        let blocks = before.iter().map(|source| {
            let ty = self.of_source(*source);
            quote!(#krate::__private::join::block::<#ty, #axis>())
        });
        quote!(const { 0 #(+ #blocks)* })
    }

    /// A value as the tape has it.
    fn on_tape(&self, source: Source) -> TokenStream {
        let krate = &self.krate;
        match source {
            Source::Input => quote!(inputs),
            Source::Node(j) => {
                let output = output_slot(j);
                quote!(#krate::__private::first(&tape.#output, samples))
            }
        }
    }

    pub fn graph_forward(&self, method: &Ident) -> TokenStream {
        let (krate, graph, last) = (&self.krate, &self.network.graph, self.last());
        let steps = (0..=last).map(|i| {
            let node = &graph.0[i];
            let target = if i == last {
                quote!(&mut *outputs)
            } else {
                let output = output_slot(i);
                quote!(#krate::__private::first_mut(&mut tape.#output, samples))
            };
            if let Kind::Join(join) = node.kind {
                return self.joined(join, &node.sources, None, &|source| self.on_tape(source), &target);
            }
            let (field, slot) = (&self.fields[graph.layer_of(i)], &self.slots[i]);
            let call = if graph.is_head(i) { method.clone() } else { format_ident!("forward") };
            let call = self.of(i, &quote!(#call::<__B>));
            let pass = if self.frozen(i) { quote!(&mut pass.frozen()) } else { quote!(pass) };
            let values = self.feed(i, self.on_tape(node.sources[0]));
            quote!(#call(&self.#field, #values, #target, &mut tape.#slot, #pass);)
        });
        quote!(#(#steps)*)
    }

    pub fn graph_backward(&'a self, method: &Ident) -> TokenStream {
        let memory = self.gradients();
        let steps = self.network.graph.nodes().rev().map(|i| {
            let outputs = self.network.graph.outputs_before(i).into_iter();
            let outputs = outputs.map(|number| self.output_gradient(number, &memory));
            let step = self.backward_step(i, method, &memory);
            quote!(#(#outputs)* #step)
        });
        let learns = self.learns();
        quote! {
            #learns
            let mut input_gradients = input_gradients;
            let through = input_gradients.is_some();
            let samples = inputs.len();
            #(#steps)*
        }
    }

    /// The gradient of an output, of each sample; and what its layer gives as the loss has made it of the logits.
    fn output_gradient(&self, number: usize, gradients: &Gradients) -> TokenStream {
        let Gradients { arena, memory } = gradients;
        let (krate, graph) = (&self.krate, &self.network.graph);
        let Some(Source::Node(j)) = graph.outputs().and_then(|outputs| outputs.get(number)).copied() else {
            return TokenStream::new();
        };
        let ((name, flow), ty, part) = (&self.network.outputs[number], self.output(j), memory.places[j].part());
        let (take, promised) = (arena.take(&quote!(&mut tape.signals), part.as_slice()), &flow.ty);
        let target = self.gradient_at(Source::Node(j), part);
        let feed_back = quote!(#krate::__private::feed_back::<#ty, #promised>);
        let activated = graph.is_head(j).then(|| {
            let slot = output_slot(j);
            quote! {
                let given = #krate::__private::first_mut(&mut tape.#slot, samples);
                for (to, from) in #feed_back(given).iter_mut().zip(outputs) {
                    *to = from.#name;
                }
            }
        });
        let wanted = Self::wanted(Source::Node(j));
        quote! {
            if #wanted {
                #activated
                #take
                for (to, from) in #feed_back(#target).iter_mut().zip(&*output_gradients) {
                    *to = from.#name;
                }
            }
        }
    }

    /// Whether each node learns, or one that it is made of.
    fn learns(&self) -> TokenStream {
        let (graph, last) = (&self.network.graph, self.last());
        let names: Vec<Ident> = (0..=last).map(|i| format_ident!("learns{i}")).collect();
        let each = (0..=last).map(|i| {
            let (name, trained) = (&names[i], self.count_trained(graph.layer_of(i)));
            let nodes = graph.0[i].sources.iter().filter_map(|source| match source {
                Source::Node(j) => Some(&names[*j]),
                Source::Input => None,
            });
            quote!(let #name = #trained > 0 #(|| #nodes)*;)
        });
        let count = last + 1;
        quote! {
            // whether a layer that each value is made of learns
            const LEARNS: [::core::primitive::bool; #count] = { #(#each)* [#(#names),*] };
        }
    }

    /// Whether the gradient by a value is wanted.
    fn wanted(source: Source) -> TokenStream {
        match source {
            Source::Input => quote!(through),
            Source::Node(j) => {
                let j = proc_macro2::Literal::usize_unsuffixed(j);
                quote!((LEARNS[#j] || through))
            }
        }
    }

    fn backward_step(&self, i: usize, method: &Ident, gradients: &Gradients) -> TokenStream {
        let Gradients { arena, memory } = gradients;
        let (krate, graph, last) = (&self.krate, &self.network.graph, self.last());
        let node = &graph.0[i];
        let given = match memory.places[i].part() {
            Some(part) => {
                let (part, ty) = (variable(part), self.output(i));
                quote!(#krate::plain::cast_mut::<_, #ty>(#krate::__private::first_mut(&mut *#part, samples)))
            }
            None if i == last => quote!(&mut *output_gradients),
            None => {
                let ty = self.output(i);
                quote!(#krate::plain::cast_mut::<_, #ty>(&mut *output_gradients))
            }
        };
        let steps = node.sources.iter().enumerate().map(|(number, source)| {
            let way = memory.ways[i][number];
            let to = if let Source::Node(j) = source { memory.places[*j].part() } else { None };
            let by = if let Way::Adds(by) = way { by } else { None };
            let parts: Vec<usize> = memory.places[i].part().into_iter().chain(to).chain(by).collect();
            let step = match node.kind {
                Kind::Join(join) => self.back_through_join(join, &node.sources, number, way, to, &given),
                Kind::Own | Kind::Again(_) => self.back_through_layer(i, method, way, to, &given),
            };
            let take = arena.take(&quote!(&mut tape.signals), &parts);
            quote!({ #take #step })
        });
        let i = proc_macro2::Literal::usize_unsuffixed(i);
        quote!(if LEARNS[#i] || through { #(#steps)* })
    }

    /// Where the gradient by a value goes, to be written.
    fn gradient_at(&self, source: Source, part: Option<usize>) -> TokenStream {
        let (krate, ty) = (&self.krate, self.of_source(source));
        match part.map(variable) {
            Some(part) => {
                quote!(#krate::plain::cast_mut::<_, #ty>(#krate::__private::first_mut(&mut *#part, samples)))
            }
            None => quote!(#krate::plain::cast_mut::<_, #ty>(&mut *output_gradients)),
        }
    }

    /// With `name` as what the gradient by a value is written to, if that is wanted.
    fn if_wanted(&self, source: Source, part: Option<usize>, name: &Ident, then: &TokenStream) -> TokenStream {
        match source {
            Source::Input => {
                quote!(if let ::core::option::Option::Some(#name) = input_gradients.as_deref_mut() { #then })
            }
            Source::Node(_) => {
                let (wanted, gradient) = (Self::wanted(source), self.gradient_at(source, part));
                quote!(if #wanted { let #name = #gradient; #then })
            }
        }
    }

    fn back_through_join(
        &self,
        join: Join,
        sources: &[Source],
        number: usize,
        way: Way,
        to: Option<usize>,
        given: &TokenStream,
    ) -> TokenStream {
        let (krate, source) = (&self.krate, sources[number]);
        let target = format_ident!("target");
        let join_path = quote!(#krate::__private::join);
        // the chain rule, to a place of its own
        let rule = |target: &TokenStream| match join {
            Join::Add => quote!(#join_path::set(#target, &*#given);),
            Join::Multiply if number == 0 => {
                let other = self.on_tape(sources[1]);
                quote!(#join_path::multiply(#target, &*#given, #other);)
            }
            Join::Multiply => {
                let other = self.on_tape(sources[0]);
                quote!(#join_path::gate_gradient(#target, #other, &*#given);)
            }
            Join::Concat(axis) => {
                let at = self.at(&sources[..number], axis);
                quote!(#join_path::take::<_, _, #axis>(#target, &*#given, #at);)
            }
            Join::Part(number) => {
                let (name, _) = &self.network.inputs[number];
                quote! {
                    for (to, from) in (#target).iter_mut().zip(&*#given) {
                        to.#name = *from;
                    }
                }
            }
            Join::Outputs => TokenStream::new(),
        };
        match way {
            Way::Same => TokenStream::new(),
            Way::Sets => self.if_wanted(source, to, &target, &rule(&quote!(&mut *target))),
            Way::Adds(None) => self.if_wanted(source, to, &target, &quote!(#join_path::add(target, &*#given);)),
            Way::Adds(Some(by)) => {
                let (ty, by) = (self.of_source(source), variable(by));
                let own = quote!(#krate::__private::first_mut::<#ty>(&mut *#by, samples));
                let rule = rule(&own);
                let then = quote!(#rule #join_path::add(target, #krate::__private::first(&*#by, samples)););
                self.if_wanted(source, to, &target, &then)
            }
        }
    }

    fn back_through_layer(
        &self,
        i: usize,
        method: &Ident,
        way: Way,
        to: Option<usize>,
        given: &TokenStream,
    ) -> TokenStream {
        let (krate, graph, last) = (&self.krate, &self.network.graph, self.last());
        let (layer, source) = (graph.layer_of(i), graph.0[i].sources[0]);
        let (field, slot, named) = (&self.fields[layer], &self.slots[i], &self.named[layer]);
        let into = match self.frozen(i) {
            true => quote!(#krate::__private::front(&mut tape.unused)),
            false => quote!(&mut gradient.#named),
        };
        let call = if graph.is_head(i) { method.clone() } else { format_ident!("backward") };
        let call = self.of(i, &quote!(#call::<__B>));
        let values = self.feed(i, self.on_tape(source));
        let outputs = if i == last {
            quote!(outputs)
        } else {
            let output = output_slot(i);
            quote!(#krate::__private::first(&tape.#output, samples))
        };
        let (before, input) = (self.of_source(source), self.of(i, &quote!(Input)));
        let feed_back = quote!(#krate::__private::feed_back::<#before, #input>);
        let wanted = Self::wanted(source);
        let by = if let Way::Adds(by) = way { by } else { None };
        let input_gradients = match (by.map(variable), source) {
            // what comes in has no derivative
            _ if self.has_no_gradient(source) => quote!(::core::option::Option::None),
            (Some(by), _) => {
                quote!(#wanted.then(|| #feed_back(#krate::__private::first_mut::<#before>(&mut *#by, samples))))
            }
            (None, Source::Input) => quote!(input_gradients.as_deref_mut().map(|gradients| #feed_back(gradients))),
            (None, Source::Node(_)) => {
                let gradient = self.gradient_at(source, to);
                quote!(#wanted.then(|| #feed_back(#gradient)))
            }
        };
        let added = by.filter(|_| !self.has_no_gradient(source)).map(variable).map(|by| {
            let add = quote!(#krate::__private::join::add(target, #krate::__private::first(&*#by, samples)););
            self.if_wanted(source, to, &format_ident!("target"), &add)
        });
        quote! {
            #call(&self.#field, #values, #outputs, &mut tape.#slot, #given, #input_gradients, #into);
            #added
        }
    }

    /// Whether a value is made of tokens.
    fn has_no_gradient(&self, source: Source) -> bool {
        match source {
            Source::Input => self.network.input_tokens,
            Source::Node(j) => match self.network.graph.0[j].kind {
                Kind::Join(Join::Part(number)) => self.network.inputs[number].1.kind.tokens,
                _ => false,
            },
        }
    }

    /// The values that come in and go out by names.
    fn export_end(&self, i: usize) -> Option<TokenStream> {
        let (krate, graph, value) = (&self.krate, &self.network.graph, format_ident!("value{i}"));
        match graph.0[i].kind {
            Kind::Join(Join::Part(number)) => {
                let (name, flow) = &self.network.inputs[number];
                let (name, ty) = (name.unraw().to_string(), &flow.ty);
                Some(quote!(let #value = graph.part(value, #name, &<#ty as #krate::Shape>::DIMS)?;))
            }
            Kind::Join(Join::Outputs) => {
                let outputs = graph.0[i].sources.iter().zip(&self.network.outputs);
                let all = outputs.filter_map(|(source, (name, flow))| {
                    let Source::Node(j) = source else { return None };
                    let (given, name, ty) = (format_ident!("value{j}"), name.unraw().to_string(), &flow.ty);
                    Some(quote!(graph.give(#given, #name, &<#ty as #krate::Shape>::DIMS)?;))
                });
                Some(quote!(#(#all)* let #value = value;))
            }
            Kind::Own | Kind::Again(_) | Kind::Join(_) => None,
        }
    }

    pub fn graph_export(&self) -> TokenStream {
        let (krate, graph) = (&self.krate, &self.network.graph);
        let value = |source: Source| match source {
            Source::Input => quote!(value),
            Source::Node(j) => {
                let j = format_ident!("value{j}");
                quote!(#j)
            }
        };
        let steps = (0..=self.last()).map(|i| {
            if let Some(end) = self.export_end(i) {
                return end;
            }
            // a layer that is used again has the names of its parameters
            let (node, name, to) = (&graph.0[i], self.shown(graph.layer_of(i)), format_ident!("value{i}"));
            let values: Vec<TokenStream> = node.sources.iter().map(|source| value(*source)).collect();
            let made = match node.kind {
                Kind::Own | Kind::Again(_) => {
                    let (export, field) = (self.of(i, &quote!(export)), &self.fields[graph.layer_of(i)]);
                    quote!(#export(&self.#field, graph, #(#values)*))
                }
                Kind::Join(Join::Add) => {
                    quote!(::core::result::Result::Ok(#krate::__private::join::export_add(graph, &[#(#values),*])))
                }
                Kind::Join(Join::Multiply) => {
                    let types = node.sources.iter().map(|source| self.of_source(*source));
                    let export = quote!(#krate::__private::join::export_multiply::<#(#types),*>);
                    quote!(::core::result::Result::Ok(#export(graph, [#(#values),*])))
                }
                Kind::Join(Join::Concat(axis)) => {
                    let export = quote!(#krate::__private::join::export_concat);
                    quote!(::core::result::Result::Ok(#export(graph, &[#(#values),*], #axis)))
                }
                Kind::Join(Join::Part(_) | Join::Outputs) => TokenStream::new(),
            };
            quote!(let #to = graph.scope(#name, |graph| #made)?;)
        });
        let last = format_ident!("value{}", self.last());
        quote!(#(#steps)* ::core::result::Result::Ok(#last))
    }
}
