//! From a checked [`Network`] to the code of it. Nothing here can fail.
//!
//! What is written, for each form, stands by hand and commented in `examples/expanded.rs` of the `congruent` crate.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::check::{Network, field_ident};
use crate::parse::{Declaration, Form};
use crate::shape;

/// The network.
pub fn expand(declaration: &Declaration, network: &Network) -> TokenStream {
    if declaration.form == Form::Type {
        return type_form(declaration, network);
    }
    let structure = structure(declaration, network);
    let parts = Parts::new(declaration, network);
    let (krate, name) = (parts.krate, parts.name);
    let aliases = parts.aliases();
    let memory = parts.memory();
    let gradient = parts.gradient();
    let layer = parts.layer();
    let network_impl = parts.network_impl();
    let checks = parts.checks();
    let (input, output) = (&network.input, &network.output);
    quote! {
        #structure
        const _: () = {
            #aliases
            #memory
            #gradient
            #layer
            #network_impl
            #checks
            #krate::network_methods!([] #name, #input, #output);
        };
    }
}

/// The struct, with the user's attributes and a summary in its documentation.
pub fn structure(declaration: &Declaration, network: &Network) -> TokenStream {
    let (attrs, vis, name) = (&declaration.header.attrs, &declaration.header.vis, &declaration.header.name);
    let table = table(declaration, network);
    let fields = declaration.layers.iter().zip(&network.layers).map(|(field, layer)| {
        let (attrs, vis, ty) = (&field.attrs, &field.vis, &layer.ty);
        let doc = format!("`{}`", layer.written);
        match &field.name {
            Some(name) => quote!(#(#attrs)* #[doc = #doc] #vis #name: #ty),
            None => quote!(#(#attrs)* #[doc = #doc] #vis #ty),
        }
    });
    let body = match declaration.form {
        Form::Named => quote!({ #(#fields),* }),
        Form::ByPosition | Form::Type => quote!((#(#fields),*);),
    };
    quote! {
        #(#attrs)*
        #[doc = #table]
        #[repr(C)]
        #vis struct #name #body
    }
}

/// The summary as a table of the documentation.
fn table(declaration: &Declaration, network: &Network) -> String {
    let show = |number: Option<u64>| number.map_or("…".into(), thousands);
    let input =
        network.input_sizes.as_deref().map_or(String::new(), |sizes| format!(" from `{}`", shape::written(sizes)));
    let mut table = format!("\n\n| layer |{input} | output | parameters | MACs |\n|---|---|---|---:|---:|\n");
    for (position, layer) in network.layers.iter().enumerate() {
        let name = field_ident(declaration, position);
        let output = layer.gives.sizes.as_deref().map_or("…".into(), |sizes| format!("`{}`", shape::written(sizes)));
        let (parameters, macs) = (show(layer.parameters), show(layer.macs));
        table += &format!("| `{name}` | `{}` | {output} | {parameters} | {macs} |\n", layer.written);
    }
    let sum = |of: fn(&crate::check::Layer) -> Option<u64>| network.layers.iter().map(of).sum::<Option<u64>>();
    table + &format!("| | | | {} | {} |\n", show(sum(|l| l.parameters)), show(sum(|l| l.macs)))
}

/// `1234567` as `1,234,567`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `Sequential<Chain<A, Chain<B, C>>, Params<…>>`
fn type_form(declaration: &Declaration, network: &Network) -> TokenStream {
    let krate = &declaration.header.krate;
    let mut types = network.layers.iter().rev().map(|layer| layer.ty.clone());
    let last = types.next().unwrap_or_default();
    let chain = types.fold(last, |rest, ty| quote!(#krate::Chain<#ty, #rest>));
    let known = network.layers.iter().map(|layer| layer.parameters).sum::<Option<u64>>();
    let count = match known {
        Some(count) => params(krate, |unit| {
            let number = proc_macro2::Literal::u64_unsuffixed(count / unit % 1000);
            quote!(#number)
        }),
        None => params_of(krate, &quote!(<#chain as #krate::Parameters>::COUNT)),
    };
    let trained =
        params_of(krate, &quote!(<<#chain as #krate::Layer>::Gradient as #krate::GradientOf<#chain>>::TRAINED));
    quote!(#krate::Sequential<#chain, #count, #trained>)
}

/// A number as a type: millions, thousands, ones.
fn params(krate: &TokenStream, part: impl Fn(u64) -> TokenStream) -> TokenStream {
    let parts = [1_000_000, 1_000, 1].map(part);
    quote!(#krate::Params<#(#parts),*>)
}

/// A constant as such a type.
fn params_of(krate: &TokenStream, count: &TokenStream) -> TokenStream {
    params(krate, |unit| {
        let unit = proc_macro2::Literal::u64_unsuffixed(unit);
        if unit.to_string() == "1000000" { quote!({ #count / #unit }) } else { quote!({ #count / #unit % 1000 }) }
    })
}

/// What all parts of the expansion refer to.
struct Parts<'a> {
    declaration: &'a Declaration,
    network: &'a Network,
    krate: &'a TokenStream,
    name: &'a Ident,
    /// The fields of the struct, `hidden` or `0`.
    fields: Vec<TokenStream>,
    /// Names for the fields of tape and gradient, `hidden` or `layer0`.
    slots: Vec<Ident>,
    /// Aliases of the layers' types, so that each is written once.
    types: Vec<Ident>,
}

impl<'a> Parts<'a> {
    fn new(declaration: &'a Declaration, network: &'a Network) -> Self {
        let name = declaration.header.name.as_ref().expect("only the type form has no name");
        let count = network.layers.len();
        let slot = |i: usize| declaration.layers[i].name.clone().unwrap_or_else(|| format_ident!("layer{i}"));
        Parts {
            declaration,
            network,
            krate: &declaration.header.krate,
            name,
            fields: (0..count).map(|i| field_ident(declaration, i)).collect(),
            slots: (0..count).map(slot).collect(),
            types: (0..count).map(|i| format_ident!("{name}Layer{i}")).collect(),
        }
    }

    fn last(&self) -> usize {
        self.types.len() - 1
    }

    /// The type of what a layer gives.
    fn output(&self, i: usize) -> TokenStream {
        let (krate, ty) = (self.krate, &self.types[i]);
        quote!(<#ty as #krate::Layer>::Output)
    }

    fn aliases(&self) -> TokenStream {
        let aliases = self.types.iter().zip(&self.network.layers).map(|(alias, layer)| {
            let ty = &layer.ty;
            quote!(type #alias = #ty;)
        });
        quote!(#(#aliases)*)
    }

    /// The struct is plain memory; the tape is declared.
    fn memory(&self) -> TokenStream {
        let Parts { krate, name, slots, types, .. } = self;
        let tape = format_ident!("{name}Tape");
        let outputs = (0..self.last()).map(|i| {
            let (slot, output) = (self.output_slot(i), self.output(i));
            quote!(#slot: [#output; B])
        });
        let signals = self.signals();
        quote! {
            // SAFETY: `repr(C)`, and each field is a layer, whose words are all `f32`.
            unsafe impl #krate::Plain for #name {}
            // SAFETY: as above.
            unsafe impl #krate::Parameters for #name {}

            #[repr(C)]
            pub struct #tape<const B: usize> {
                #(#slots: <#types as #krate::Layer>::Tape<B>,)*
                #(#outputs,)*
                signals: #signals,
            }
            // SAFETY: `repr(C)`, and each field is plain memory.
            unsafe impl<const B: usize> #krate::Plain for #tape<B> {}
        }
    }

    /// The tape's field for what a layer gives.
    fn output_slot(&self, i: usize) -> Ident {
        format_ident!("{}_output", self.slots[i])
    }

    /// Room for the gradients between layers, of which two are alive at a time.
    fn signals(&self) -> TokenStream {
        let krate = self.krate;
        let gradient = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; B])
        };
        match self.last() {
            0 => quote!(()),
            1 => gradient(0),
            last => larger(
                krate,
                (1..last).map(|i| {
                    let (a, b) = (gradient(i - 1), gradient(i));
                    quote!(#krate::__private::Pair<#a, #b>)
                }),
            ),
        }
    }

    /// Scratch for inference: the largest of what is alive while a layer runs.
    fn scratch(&self) -> TokenStream {
        larger(self.krate, (0..=self.last()).map(|i| self.moment(i, &quote!(B))))
    }

    /// What is alive while layer `i` infers: its input, its scratch, its output, where these are the network's own.
    fn moment(&self, i: usize, batch: &TokenStream) -> TokenStream {
        let (krate, ty) = (self.krate, &self.types[i]);
        let buffer = |i: usize| {
            let output = self.output(i);
            quote!([#output; #batch])
        };
        let input = if i == 0 { quote!(()) } else { buffer(i - 1) };
        let output = if i == self.last() { quote!(()) } else { buffer(i) };
        quote!(#krate::__private::Pair<#input, #krate::__private::Pair<<#ty as #krate::Layer>::Scratch<#batch>, #output>>)
    }

    fn gradient(&self) -> TokenStream {
        let Parts { krate, name, slots, types, fields, .. } = self;
        let gradient = format_ident!("{name}Gradient");
        let docs = self.network.layers.iter().map(|layer| format!("The gradient of `{}`", layer.written));
        quote! {
            #[doc = "The gradient of a network: for each layer the derivatives by its parameters."]
            #[repr(C)]
            pub struct #gradient {
                #(#[doc = #docs] pub #slots: <#types as #krate::Layer>::Gradient,)*
            }
            // SAFETY: `repr(C)`, and each field holds `f32`s only.
            unsafe impl #krate::Plain for #gradient {}
            // SAFETY: as above.
            unsafe impl #krate::Parameters for #gradient {}

            impl #krate::GradientOf<#name> for #gradient {
                const TRAINED: usize =
                    0 #(+ <<#types as #krate::Layer>::Gradient as #krate::GradientOf<#types>>::TRAINED)*;

                fn pairs(&mut self, layer: &mut #name, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
                    #(#krate::GradientOf::pairs(&mut self.#slots, &mut layer.#fields, visit);)*
                }
            }
        }
    }

    /// The trait that makes a layer of the network.
    fn layer(&self) -> TokenStream {
        let Parts { krate, name, types, fields, .. } = self;
        let (tape, gradient) = (format_ident!("{name}Tape"), format_ident!("{name}Gradient"));
        let (input, output, scratch) = (&self.network.input, &self.network.output, self.scratch());
        let last = &types[self.last()];
        let [infer, infer_logits] = ["infer", "infer_logits"].map(|method| self.infer(method));
        let [forward, forward_logits] = ["forward", "forward_logits"].map(|method| self.forward(method));
        let [backward, backward_logits] = ["backward", "backward_logits"].map(|method| self.backward(method));
        let inspect = self.inspect();
        quote! {
            #[automatically_derived]
            impl #krate::Layer for #name {
                type Input = #input;
                type Output = #output;
                type Head = <#last as #krate::Layer>::Head;
                type Gradient = #gradient;
                type Scratch<const B: usize> = #scratch;
                type Tape<const B: usize> = #tape<B>;

                const MACS: u64 = 0 #(+ <#types as #krate::Layer>::MACS)*;

                fn initialize(&mut self, init: #krate::Init, rng: &mut dyn #krate::rand::Rng) {
                    #(#krate::Layer::initialize(&mut self.#fields, init, rng);)*
                }

                #infer
                #infer_logits
                #forward
                #forward_logits
                #backward
                #backward_logits
                #inspect
            }
        }
    }

    /// What comes into layer `i`: `values`, which the layer before gives, as what this one takes.
    ///
    /// It carries the span of the layer, so that a misfit is told there.
    fn feed(&self, i: usize, values: TokenStream) -> TokenStream {
        let (krate, ty) = (self.krate, &self.types[i]);
        let span = self.network.layers[i].span;
        let before = self.before(i);
        quote_spanned!(span=> #krate::__private::feed::<#before, <#ty as #krate::Layer>::Input>(#values))
    }

    /// The type of what comes into layer `i`.
    fn before(&self, i: usize) -> TokenStream {
        let (krate, first) = (self.krate, &self.types[0]);
        match (i, &self.network.promised) {
            (0, Some((input, _))) => input.clone(),
            (0, None) => quote!(<#first as #krate::Layer>::Input),
            _ => self.output(i - 1),
        }
    }

    /// The buffers of inference take the two ends of the scratch in turn.
    fn infer(&self, method: &str) -> TokenStream {
        let krate = self.krate;
        let method = format_ident!("{method}");
        let steps = (0..=self.last()).map(|i| {
            let (ty, field) = (&self.types[i], &self.fields[i]);
            let call = if i == self.last() { method.clone() } else { format_ident!("infer") };
            let scratch = quote!(<#ty as #krate::Layer>::Scratch<B>);
            let buffer = |i: usize| {
                let output = self.output(i);
                quote!([#output; B])
            };
            let none = quote!(());
            let input = if i == 0 { none.clone() } else { buffer(i - 1) };
            let output = if i == self.last() { none } else { buffer(i) };
            // the output of an even layer is at the front, of an odd one at the end
            let (split, source, target) = if i % 2 == 0 {
                (quote!(#output, #scratch, #input), quote!(end), quote!(front))
            } else {
                (quote!(#input, #scratch, #output), quote!(front), quote!(end))
            };
            let values = if i == 0 { quote!(inputs) } else { quote!(#krate::__private::first(#source, samples)) };
            let values = self.feed(i, values);
            let outputs =
                if i == self.last() { quote!(outputs) } else { quote!(#krate::__private::first_mut(#target, samples)) };
            quote! {
                let (front, room, end) = #krate::__private::split::<_, #split>(scratch);
                <#ty as #krate::Layer>::#call::<B>(&self.#field, #values, #outputs, room);
                let _ = (front, end);
            }
        });
        quote! {
            fn #method<const B: usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                scratch: &mut Self::Scratch<B>,
            ) {
                let samples = inputs.len();
                #(#steps)*
            }
        }
    }

    fn forward(&self, method: &str) -> TokenStream {
        let krate = self.krate;
        let method = format_ident!("{method}");
        let steps = (0..=self.last()).map(|i| {
            let (ty, field, slot) = (&self.types[i], &self.fields[i], &self.slots[i]);
            let call = if i == self.last() { method.clone() } else { format_ident!("forward") };
            let values = self.feed(i, self.recorded(i));
            let outputs = if i == self.last() {
                quote!(outputs)
            } else {
                let output = self.output_slot(i);
                quote!(#krate::__private::first_mut(&mut tape.#output, samples))
            };
            quote!(<#ty as #krate::Layer>::#call::<B>(&self.#field, #values, #outputs, &mut tape.#slot, pass);)
        });
        quote! {
            fn #method<const B: usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                tape: &mut Self::Tape<B>,
                pass: &mut #krate::Pass,
            ) {
                let samples = inputs.len();
                #(#steps)*
            }
        }
    }

    /// What comes into layer `i`, as the tape has it.
    fn recorded(&self, i: usize) -> TokenStream {
        if i == 0 {
            return quote!(inputs);
        }
        let (krate, output) = (self.krate, self.output_slot(i - 1));
        quote!(#krate::__private::first(&tape.#output, samples))
    }

    /// The chain rule, from the last layer to the first. The gradients between layers take the two ends of their room
    /// in turn.
    fn backward(&self, method: &str) -> TokenStream {
        let krate = self.krate;
        let method = format_ident!("{method}");
        let gradient_of = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; B])
        };
        let steps = (0..=self.last()).rev().map(|i| {
            let (ty, field, slot) = (&self.types[i], &self.fields[i], &self.slots[i]);
            let span = self.network.layers[i].span;
            let call = if i == self.last() { method.clone() } else { format_ident!("backward") };
            let values = self.feed(i, self.recorded(i));
            let none = quote!(());
            let below = if i == 0 { none.clone() } else { gradient_of(i - 1) };
            let above = if i == self.last() { none } else { gradient_of(i) };
            // the gradient of an even layer's output is at the front, of an odd one's at the end
            let (split, given, wanted) = if i % 2 == 0 {
                (quote!(#above, (), #below), quote!(front), quote!(end))
            } else {
                (quote!(#below, (), #above), quote!(end), quote!(front))
            };
            let (outputs, output_gradients) = if i == self.last() {
                (quote!(outputs), quote!(output_gradients))
            } else {
                let output = self.output_slot(i);
                (
                    quote!(#krate::__private::first(&tape.#output, samples)),
                    quote!(#krate::__private::first_mut(#given, samples)),
                )
            };
            let before = self.before(i);
            let feed_back =
                quote_spanned!(span=> #krate::__private::feed_back::<#before, <#ty as #krate::Layer>::Input>);
            let input_gradients = if i == 0 {
                quote!(input_gradients.map(|gradients| #feed_back(gradients)))
            } else {
                quote!(Some(#feed_back(#krate::__private::first_mut(#wanted, samples))))
            };
            quote! {
                let (front, (), end) = #krate::__private::split::<_, #split>(&mut tape.signals);
                <#ty as #krate::Layer>::#call::<B>(
                    &self.#field,
                    #values,
                    #outputs,
                    &mut tape.#slot,
                    #output_gradients,
                    #input_gradients,
                    &mut gradient.#slot,
                );
                let _ = (front, end);
            }
        });
        quote! {
            fn #method<const B: usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &[Self::Output],
                tape: &mut Self::Tape<B>,
                output_gradients: &mut [#krate::Gradient<Self::Output>],
                input_gradients: Option<&mut [#krate::Gradient<Self::Input>]>,
                gradient: &mut Self::Gradient,
            ) {
                let samples = inputs.len();
                #(#steps)*
            }
        }
    }

    fn inspect(&self) -> TokenStream {
        let krate = self.krate;
        let steps = (0..=self.last()).map(|i| {
            let (ty, slot) = (&self.types[i], &self.slots[i]);
            let name = self.fields[i].to_string();
            let inner = quote! {
                <#ty as #krate::Layer>::inspect::<B>(&tape.#slot, samples, &mut |inner, finite| {
                    tell(&format_args!("{}.{}", #name, inner), finite)
                });
            };
            let own = (i < self.last()).then(|| {
                let output = self.output_slot(i);
                quote!(tell(&#name, #krate::__private::finite(#krate::__private::first(&tape.#output, samples)));)
            });
            quote!(#inner #own)
        });
        quote! {
            fn inspect<const B: usize>(
                tape: &Self::Tape<B>,
                samples: usize,
                tell: &mut dyn FnMut(&dyn ::core::fmt::Display, bool),
            ) {
                #(#steps)*
            }
        }
    }

    fn network_impl(&self) -> TokenStream {
        let Parts { krate, name, types, .. } = self;
        let count = params_of(krate, &quote!(<#name as #krate::Parameters>::COUNT));
        let trained =
            params_of(krate, &quote!(<<#name as #krate::Layer>::Gradient as #krate::GradientOf<#name>>::TRAINED));
        let title = name.to_string();
        let rows = (0..=self.last()).map(|i| {
            let (ty, field, written) = (&types[i], self.fields[i].to_string(), &self.network.layers[i].written);
            let moment = self.moment(i, &quote!(1));
            quote!(#krate::__private::LayerSummary::of::<#ty>(#field, #written, ::core::mem::size_of::<#moment>()))
        });
        quote! {
            #[automatically_derived]
            impl #krate::Network for #name {
                type ParamCount = <#count as #krate::__private::Count>::Length;
                type TrainedCount = <#trained as #krate::__private::Count>::Length;

                const SUMMARY: #krate::__private::Summary = #krate::__private::Summary {
                    name: #title,
                    input: <<#name as #krate::Layer>::Input as #krate::Shape>::DIMS,
                    layers: &[#(#rows),*],
                };
            }
        }
    }

    /// What only rustc can hold against each other: the mapping's output, and the budget.
    fn checks(&self) -> TokenStream {
        let (krate, name) = (self.krate, self.name);
        let output = self.network.promised.as_ref().map(|(_, promised)| {
            let gives = self.output(self.last());
            quote!(const _: () = #krate::__private::yields::<#gives, #promised>();)
        });
        let budget = self.declaration.budget.iter().map(|(key, limit)| {
            let resource = match key.to_string().as_str() {
                "flash" => quote!(Flash),
                "ram" => quote!(Ram),
                _ => quote!(Macs),
            };
            let span = syn::spanned::Spanned::span(limit);
            quote_spanned! {span=>
                const _: () = #krate::__private::assert_budget(
                    &<#name as #krate::Network>::SUMMARY,
                    #krate::__private::Resource::#resource,
                    #limit,
                );
            }
        });
        quote!(#output #(#budget)*)
    }
}

/// Memory as large as the largest of `parts`, folded in halves so that fifty layers do not nest fifty deep.
fn larger(krate: &TokenStream, parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let parts: Vec<TokenStream> = parts.collect();
    halves(krate, &parts)
}

fn halves(krate: &TokenStream, parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => quote!(()),
        [part] => part.clone(),
        parts => {
            let (a, b) = parts.split_at(parts.len() / 2);
            let (a, b) = (halves(krate, a), halves(krate, b));
            quote!(#krate::__private::Larger<#a, #b>)
        }
    }
}
