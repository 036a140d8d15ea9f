//! The implementations for a network, in the block behind its struct.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::checks::Types;
use super::type_form::params_of;
use crate::ast::{Declaration, field_ident};
use crate::graph::{Join, Kind, Source};
use crate::model::Network;
use crate::tokens::{CRATE, alias};
use crate::words::list;

/// What all parts of the expansion refer to.
pub struct Parts<'a> {
    pub declaration: &'a Declaration,
    pub network: &'a Network,
    pub krate: Ident,
    pub name: &'a Ident,
    /// The fields of the struct, `hidden` or `0`.
    pub fields: Vec<TokenStream>,
    /// The fields of the gradient, `hidden` or `layer0`.
    pub named: Vec<Ident>,
    /// The fields of the tape, `layer0`.
    pub slots: Vec<Ident>,
    /// Aliases of the layers' types, so that each is written once.
    pub types: Vec<Ident>,
    /// The first layer that is not frozen: what lies before it infers in training too.
    pub start: usize,
    pub tape: Ident,
    pub scratch: Ident,
    pub gradient: Ident,
}

impl<'a> Parts<'a> {
    pub fn new(declaration: &'a Declaration, network: &'a Network, name: &'a Ident) -> Self {
        let count = network.layers.len();
        let own = |suffix: &str| format_ident!("{}{suffix}", name.unraw());
        let layer = |i: usize| {
            let mut layer = alias(name, &format!("Layer{i}"));
            layer.set_span(network.layers[i].blame);
            layer
        };
        let named = |i: usize| match &declaration.layers[i].name {
            Some(name) => name.clone(),
            None => format_ident!("layer{i}"),
        };
        Parts {
            declaration,
            network,
            krate: format_ident!("{CRATE}"),
            name,
            fields: (0..count).map(|i| field_ident(declaration, i)).collect(),
            named: (0..count).map(named).collect(),
            slots: (0..count).map(|i| format_ident!("layer{i}")).collect(),
            types: (0..count).map(layer).collect(),
            start: match network.graph.is_chain() {
                true => declaration.layers.iter().take_while(|field| field.frozen.is_some()).count(),
                false => 0,
            },
            tape: own("Tape"),
            scratch: own("Scratch"),
            gradient: own("Gradient"),
        }
    }

    /// The field's name as messages show it.
    pub fn shown(&self, i: usize) -> String {
        match &self.declaration.layers[i].name {
            Some(name) => name.unraw().to_string(),
            None if self.network.graph.outputs().is_some() => "outputs".into(),
            None => i.to_string(),
        }
    }

    pub fn last(&self) -> usize {
        self.types.len() - 1
    }

    pub fn frozen(&self, i: usize) -> bool {
        self.declaration.layers[self.network.graph.layer_of(i)].frozen.is_some()
    }

    pub fn is_chain(&self) -> bool {
        self.network.graph.is_chain()
    }

    /// The layers that are fields: not those that are used again, nor what joins values.
    fn own(&self) -> Vec<usize> {
        (0..=self.last()).filter(|i| self.network.graph.is_own(*i)).collect()
    }

    /// The layers that are trained.
    fn trained(&self) -> Vec<usize> {
        self.own().into_iter().filter(|i| *i >= self.start && !self.frozen(*i)).collect()
    }

    /// How many parameters of a layer are trained.
    pub fn count_trained(&self, i: usize) -> TokenStream {
        if self.frozen(i) {
            return quote!(0);
        }
        let (krate, ty, gradient) = (&self.krate, &self.types[i], self.of(i, &quote!(Gradient)));
        quote!(<#gradient as #krate::GradientOf<#ty>>::TRAINED)
    }

    /// What belongs to layer `i` by its being a layer, under the span of the layer, so that rustc reports there that it is none.
    pub fn of(&self, i: usize, what: &TokenStream) -> TokenStream {
        let (span, ty) = (self.network.layers[i].blame, &self.types[i]);
        let krate = Ident::new(CRATE, span);
        let what: TokenStream = what
            .clone()
            .into_iter()
            .map(|mut token| {
                token.set_span(span);
                token
            })
            .collect();
        quote_spanned!(span=> <#ty as #krate::Layer>::#what)
    }

    /// The same of all layers.
    fn of_all(&self, what: &TokenStream) -> Vec<TokenStream> {
        (0..self.types.len()).map(|i| self.of(i, what)).collect()
    }

    /// The type of what a layer gives.
    pub fn output(&self, i: usize) -> TokenStream {
        self.of(i, &quote!(Output))
    }

    /// The struct is plain memory; the tape is declared.
    pub fn memory(&self) -> TokenStream {
        let Parts { krate, name, .. } = self;
        let (tape, scratch, unused, own) = (&self.tape, &self.scratch, self.unused(), self.own());
        let slots = &self.slots[self.start..];
        let (parts, buffer, signals) = if self.is_chain() {
            (TokenStream::new(), self.buffer(self.last()), self.signals())
        } else {
            let (values, gradients) = (self.values().arena, self.gradients().arena);
            let parts = [values.declarations(), gradients.declarations()];
            (quote!(#(#parts)*), values.whole(), gradients.whole())
        };
        let shown: Vec<_> = own.iter().map(|i| self.shown(*i)).collect();
        let layouts = own.iter().map(|&i| {
            let (ty, span) = (&self.types[i], self.network.layers[i].blame);
            let krate = Ident::new(CRATE, span);
            let layout = quote_spanned!(span=> <#ty as #krate::Parameters>::LAYOUT);
            if self.frozen(i) { quote!(&#krate::layout::Layout::NonTrainable(&#layout)) } else { quote!(&#layout) }
        });
        let layout = quote! {
            const LAYOUT: #krate::layout::Layout = #krate::layout::Layout::Fields(&[
                #(#krate::layout::Field { name: #shown, layout: #layouts }),*
            ]);
        };
        let types: Vec<_> = own.iter().map(|i| &self.types[*i]).collect();
        // an attribute may have changed the struct: its fields are of these very types, for which no `Deref` stands in a pointer
        let held: Vec<_> = (0..types.len()).map(|i| format_ident!("__field{i}")).collect();
        let members: Vec<_> = own.iter().map(|i| &self.fields[*i]).collect();
        let fields = quote! {
            const FIELDS: ::core::primitive::usize = {
                let _ = |__network: &Self| {
                    let Self { #(#members: #held),* } = __network;
                    #(let _: *const #types = &raw const *#held;)*
                };
                4 * <#name as #krate::Parameters>::LAYOUT.count()
            };
        };
        let plain = implement("Plain", name, &fields);
        let parameters = implement("Parameters", name, &layout);
        let tapes = (self.start..=self.last()).map(|i| self.of(i, &quote!(Tape<__B>)));
        let kept: Vec<_> = (self.start.saturating_sub(1)..self.last()).map(output_slot).collect();
        let outputs = (self.start.saturating_sub(1)..self.last()).map(|i| self.output(i));
        let all = slots.iter().chain(&kept).map(|slot| quote!(#slot)).chain([quote!(signals), quote!(unused)]);
        let in_tape = ask_fields(krate, "Plain", &all.collect::<Vec<_>>());
        let in_scratch = ask_fields(krate, "Plain", [&quote!(0)]);
        quote! {
            // SAFETY: `repr(C)`, and each field is a layer, whose words are all `f32`.
            #plain
            // SAFETY: as above.
            #parameters

            #parts

            #[doc = "What training remembers of a network's forward pass."]
            #[repr(C)]
            pub struct #tape<const __B: ::core::primitive::usize> {
                #(#slots: #tapes,)*
                #(#kept: [#outputs; __B],)*
                signals: #signals,
                unused: #unused,
            }
            // SAFETY: `repr(C)`, and each field is plain memory.
            unsafe impl<const __B: ::core::primitive::usize> #krate::Plain for #tape<__B> {
                #in_tape
            }

            #[doc = "The memory of a network's inference."]
            #[repr(C)]
            pub struct #scratch<const __B: ::core::primitive::usize>(#buffer);
            // SAFETY: as above.
            unsafe impl<const __B: ::core::primitive::usize> #krate::Plain for #scratch<__B> {
                #in_scratch
            }
        }
    }

    /// Room for what forward and backward need one after the other: the values between the frozen layers at the start,
    /// and the gradients between the other layers, of which two are alive at a time.
    fn signals(&self) -> TokenStream {
        let krate = &self.krate;
        let gradient = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; __B])
        };
        let (start, last) = (self.start, self.last());
        let signals = match last - start {
            0 => quote!(()),
            1 => gradient(start),
            _ => larger(
                krate,
                (start + 1..last).map(|i| {
                    let (a, b) = (gradient(i - 1), gradient(i));
                    quote!(#krate::__private::Pair<#a, #b>)
                }),
            ),
        };
        match start {
            0 => signals,
            _ => larger(krate, [self.buffer(start - 1), signals].into_iter()),
        }
    }

    /// Room for the derivatives by the parameters of frozen layers that come after trained ones: the chain rule goes
    /// through these, but nothing is done with what it says of them.
    fn unused(&self) -> TokenStream {
        let frozen = self.own().into_iter().filter(|i| *i >= self.start && self.frozen(*i));
        larger(
            &self.krate,
            frozen.map(|i| {
                let (krate, ty) = (&self.krate, &self.types[i]);
                quote!(<#ty as #krate::Layer>::Gradient)
            }),
        )
    }

    /// Scratch for the inference of the layers up to `last`: the largest of what is alive while a layer runs.
    fn buffer(&self, last: usize) -> TokenStream {
        larger(&self.krate, (0..=last).map(|i| self.moment(i, last, &quote!(__B))))
    }

    /// What is alive while layer `i` infers: its input, its scratch, its output, where these are the network's own.
    fn moment(&self, i: usize, last: usize, batch: &TokenStream) -> TokenStream {
        let krate = &self.krate;
        let buffer = |i: usize| {
            let output = self.output(i);
            quote!([#output; #batch])
        };
        let input = self.source(i).map_or(quote!(()), buffer);
        let output = if i == last || self.identity(i, last) { quote!(()) } else { buffer(i) };
        let scratch = self.of(i, &quote!(Scratch<#batch>));
        quote!(#krate::__private::Pair<#input, #krate::__private::Pair<#scratch, #output>>)
    }

    /// Whether inference leaves layer `i` out, as one that changes no number: its values stay where they are. Only the
    /// last must be there, to give them out.
    pub fn identity(&self, i: usize, last: usize) -> bool {
        i < last && self.network.layers[i].identity
    }

    /// The layer whose buffer holds the input of layer `i` in inference; none where that is the network's input.
    pub fn source(&self, i: usize) -> Option<usize> {
        (0..i).rev().find(|before| !self.network.layers[*before].identity)
    }

    pub fn gradient(&self) -> TokenStream {
        let Parts { krate, name, .. } = self;
        let (gradient, trained) = (&self.gradient, self.trained());
        let visibilities = trained.iter().map(|i| &self.declaration.layers[*i].vis);
        let docs = trained.iter().map(|i| format!("The gradient of `{}`", self.network.layers[*i].written));
        let named: Vec<_> = trained.iter().map(|i| &self.named[*i]).collect();
        let gradients = trained.iter().map(|i| self.of(*i, &quote!(Gradient)));
        let fields: Vec<_> = trained.iter().map(|i| &self.fields[*i]).collect();
        let counts = trained.iter().map(|i| self.count_trained(*i));
        let in_gradient = ask_fields(krate, "Parameters", &named.iter().map(|name| quote!(#name)).collect::<Vec<_>>());
        let plain = implement("Plain", gradient, &in_gradient);
        let parameters = implement("Parameters", gradient, &TokenStream::new());
        quote! {
            #[doc = "The gradient of a network: for each layer that is trained the derivatives by its parameters."]
            #[repr(C)]
            pub struct #gradient {
                #(#[doc = #docs] #visibilities #named: #gradients,)*
            }
            // SAFETY: `repr(C)`, and each field holds `f32`s only.
            #plain
            // SAFETY: as above.
            #parameters

            impl #krate::GradientOf<#name> for #gradient {
                const TRAINED: ::core::primitive::usize = 0 #(+ #counts)*;

                fn pairs(&mut self, layer: &mut #name, visit: &mut dyn ::core::ops::FnMut(&mut [::core::primitive::f32], &mut [::core::primitive::f32])) {
                    #(#krate::GradientOf::pairs(&mut self.#named, &mut layer.#fields, visit);)*
                }

                fn finish(&mut self, layer: &mut #name) {
                    #(#krate::GradientOf::finish(&mut self.#named, &mut layer.#fields);)*
                }
            }
        }
    }

    /// The trait that makes a layer of the network.
    pub fn layer(&self) -> TokenStream {
        let Parts { krate, name, types, .. } = self;
        let (tape, gradient) = (&self.tape, &self.gradient);
        let (input, output, scratch) = (alias(name, "Input"), alias(name, "Output"), &self.scratch);
        let last = &types[self.last()];
        let [infer, infer_logits] = ["infer", "infer_logits"].map(|method| self.infer(method));
        let [forward, forward_logits] = ["forward", "forward_logits"].map(|method| self.forward(method));
        let [backward, backward_logits] = ["backward", "backward_logits"].map(|method| self.backward(method));
        let export = self.export();
        let (inspect, starts_trained) = (self.inspect(), self.start == 0);
        let check_input = (0..types.len()).filter_map(|i| Some((i, self.input_of(i)?))).map(|(i, input)| {
            let values = self.feed(i, quote!(::core::slice::from_ref(#input)));
            let check = self.of(i, &quote!(check_input));
            quote! {
                for input in #values {
                    #check(input)?;
                }
            }
        });
        let [macs, reaches] = [quote!(MACS), quote!(REACHES_INPUT)].map(|what| self.of_all(&what));
        let initialize = self.own().into_iter().map(|i| self.of(i, &quote!(initialize)));
        let fields: Vec<_> = self.own().into_iter().map(|i| &self.fields[i]).collect();
        let trained = (0..self.types.len()).filter(|i| !self.frozen(*i));
        let least = trained.map(|i| self.of(i, &quote!(LEAST_SAMPLES)));
        // where a private layer would end a public network, the last layer is to blame
        let span = self.network.layers[self.last()].blame;
        let ends = quote_spanned! {span=>
            type Input = #input;
            type Output = #output;
            type Head = <#last as #krate::Layer>::Head;
        };
        let content = quote! {
                #ends
                type Gradient = #gradient;
                type Scratch<const __B: ::core::primitive::usize> = #scratch<__B>;
                type Tape<const __B: ::core::primitive::usize> = #tape<__B>;

                const MACS: ::core::primitive::u64 = 0 #(+ #macs)*;
                const REACHES_INPUT: ::core::primitive::bool = #starts_trained #(&& #reaches)*;
                const LEAST_SAMPLES: ::core::primitive::usize = #krate::__private::largest(&[#(#least),*]);

                fn initialize(&mut self, init: #krate::Init, rng: &mut dyn #krate::rand::Rng) {
                    #(#initialize(&mut self.#fields, init, rng);)*
                }

                #infer
                #infer_logits
                #forward
                #forward_logits
                #backward
                #backward_logits
                #inspect
                #export

                fn check_input(input: &Self::Input) -> ::core::result::Result<(), #krate::InputError> {
                    #(#check_input)*
                    ::core::result::Result::Ok(())
                }
        };
        let layer = implement("Layer", name, &content);
        quote!(#[automatically_derived] #layer)
    }

    /// The input of layer `i`: `values`, the output of the layer before, as the type that this one takes.
    pub fn feed(&self, i: usize, values: TokenStream) -> TokenStream {
        let (krate, input, before) = (&self.krate, self.of(i, &quote!(Input)), self.before(i));
        quote!(#krate::__private::feed::<#before, #input>(#values))
    }

    /// The type of the input of layer `i`.
    pub fn before(&self, i: usize) -> TokenStream {
        self.of_source(self.network.graph.0[i].sources[0])
    }

    /// What a layer takes of the network's input, if it takes that.
    fn input_of(&self, i: usize) -> Option<TokenStream> {
        let graph = &self.network.graph;
        if matches!(graph.0[i].kind, Kind::Join(_)) {
            return None;
        }
        match graph.0[i].sources[0] {
            Source::Input => Some(quote!(input)),
            Source::Node(before) => match graph.0[before].kind {
                Kind::Join(Join::Part(number)) => {
                    let (name, _) = &self.network.inputs[number];
                    Some(quote!(&input.#name))
                }
                _ => None,
            },
        }
    }

    /// The type of a value.
    pub fn of_source(&self, source: Source) -> TokenStream {
        match (source, &self.network.promised) {
            (Source::Node(before), _) => self.output(before),
            (Source::Input, Some(_)) => {
                let input = alias(self.name, "Input");
                quote!(#input)
            }
            (Source::Input, None) => self.of(0, &quote!(Input)),
        }
    }

    pub fn network_impl(&self) -> TokenStream {
        let Parts { krate, name, types, .. } = self;
        let count = quote!(<#name as #krate::Parameters>::COUNT);
        let at_name = Ident::new(CRATE, name.span());
        let countable = quote_spanned!(name.span()=> #at_name::__private::countable(#count));
        let count = params_of(krate, &count, &[countable]);
        let gradient = quote!(<#name as #krate::Layer>::Gradient);
        let trained = params_of(krate, &quote!(<#gradient as #krate::GradientOf<#name>>::TRAINED), &[]);
        let title = name.unraw().to_string();
        let memory = (!self.is_chain()).then(|| self.values());
        let made = |i: &usize| !matches!(self.network.graph.0[*i].kind, Kind::Join(Join::Part(_) | Join::Outputs));
        let rows = (0..=self.last()).filter(made).map(|i| {
            let (ty, field, written) = (&types[i], self.shown(i), &self.network.layers[i].written);
            let moment = match &memory {
                None => self.moment(i, self.last(), &quote!(1)),
                Some(memory) => memory.arena.alive(i, &quote!(1)),
            };
            let alive = memory.as_ref().map(|memory| {
                let (names, taken) = (self.alive(memory, i), memory.arena.taken(i));
                let names = list(&names.iter().map(String::as_str).collect::<Vec<_>>());
                quote!(.alive(#names, #taken))
            });
            let (output, macs) = (self.output(i), self.of(i, &quote!(MACS)));
            let parameters = match self.network.graph.is_own(i) {
                true => quote!(::core::mem::size_of::<#ty>() / 4),
                false => quote!(0),
            };
            quote! {
                #krate::__private::LayerSummary::new(
                    #field,
                    #written,
                    <#output as #krate::Shape>::DIMS,
                    #parameters,
                    #macs,
                    ::core::mem::size_of::<#moment>(),
                )#alive
            }
        });
        let content = quote! {
            type ParamCount = <#count as #krate::__private::Count>::Length;
            type SlotCount = <#trained as #krate::__private::Count>::Slot;

            const SUMMARY: #krate::__private::Summary = #krate::__private::Summary::new(
                #title,
                <<#name as #krate::Layer>::Input as #krate::Shape>::DIMS,
                &[#(#rows),*],
            );
        };
        let network = implement("Network", name, &content);
        quote!(#[automatically_derived] #network)
    }

    /// What only rustc can see: whether the layers fit, and whether the struct is what it seems.
    pub fn checks(&self) -> TokenStream {
        let Parts { krate, name, types, network, .. } = self;
        let layers = types.iter().map(|ty| quote!(#ty)).collect();
        let promised = network.promised.as_ref().map(|_| {
            let [input, promised] = ["Input", "Promised"].map(|what| alias(name, what));
            [quote!(#input), quote!(#promised)]
        });
        let checks = super::checks::checks(network, &Types { layers, promised });
        // a network within may begin with frozen layers
        let known = |i: usize| network.layers[network.graph.layer_of(i)].parameters.is_some();
        let reach = (self.start + 1..=self.last()).filter(|i| !known(*i)).map(|i| {
            let (ty, layer) = (&types[i], &network.layers[i]);
            let ancestors = network.graph.ancestors(i).into_iter();
            let (name, before) = (&layer.name, ancestors.map(|i| self.count_trained(network.graph.layer_of(i))));
            let (span, krate) = (layer.blame, Ident::new(CRATE, layer.blame));
            let before = quote!(0 #(+ #before)*);
            quote_spanned!(span=> const _: () = #krate::__private::reaches::<#ty>(#name, #before);)
        });
        let trained = (0..=self.last()).filter(|i| network.layers[*i].parameters.is_none() && !self.frozen(*i));
        let trained = trained.map(|i| {
            let (ty, layer) = (&types[i], &network.layers[i]);
            let (name, krate) = (&layer.name, Ident::new(CRATE, layer.blame));
            quote_spanned!(layer.blame=> const _: () = #krate::__private::assert_trainable::<#ty>(#name);)
        });
        quote! {
            #(const _: () = #checks;)*
            #(#reach)*
            #(#trained)*
            const _: () = {
                // where a layer is wrong, which its derive has reported, this has no value
                let _ = <#name as #krate::Parameters>::LAYOUT;
                #krate::__private::plain_layout::<#name>()
            };
        }
    }

    pub fn budget(&self) -> TokenStream {
        let name = self.name;
        let budget = self.declaration.budget.iter().map(|(key, limit)| {
            let resource = match key.to_string().as_str() {
                "flash" => quote!(Flash),
                "ram" => quote!(Ram),
                _ => quote!(Macs),
            };
            let span = limit.span();
            let krate = Ident::new(CRATE, span);
            let call = quote_spanned! {span=>
                #krate::__private::assert_budget(
                    &<#name as #krate::Network>::SUMMARY,
                    #krate::__private::Resource::#resource,
                    __CONGRUENT_LIMIT,
                )
            };
            // a constant may be a `usize`, as sizes are
            let of_any_type =
                matches!(limit, syn::Expr::Path(_)).then(|| quote_spanned!(span=> as ::core::primitive::u64));
            quote! {
                const _: () = {
                    #[allow(trivial_numeric_casts, clippy::unnecessary_cast)]
                    const __CONGRUENT_LIMIT: ::core::primitive::u64 = #limit #of_any_type;
                    #call
                };
            }
        });
        quote!(#(#budget)*)
    }
}

/// `impl Layer for Digits { … }`, where the name stands, as rustc likes to show what implements a trait. What is `unsafe` is still
/// the macro's, so that programs may forbid it.
pub fn implement(what: &str, target: &Ident, content: &TokenStream) -> TokenStream {
    let is_unsafe = matches!(what, "Plain" | "Parameters");
    let span = if is_unsafe { Span::call_site().located_at(target.span()) } else { target.span() };
    let [krate, name] = [CRATE, what].map(|word| Ident::new(word, span));
    let unsafety = is_unsafe.then(|| Ident::new("unsafe", span));
    quote_spanned!(span=> #unsafety impl #krate::#name for #target { #content })
}

/// Asks each field for a trait: the crate's path may lead to another `Layer`, whose types promise nothing.
pub fn ask_fields<'a>(krate: &Ident, what: &str, fields: impl IntoIterator<Item = &'a TokenStream>) -> TokenStream {
    let (what, fields) = (format_ident!("{what}"), fields.into_iter());
    quote! {
        const FIELDS: ::core::primitive::usize = {
            const fn __ask<__S, __T: #krate::#what>(_: fn(&__S) -> &__T) -> ::core::primitive::usize {
                <__T as #krate::Plain>::BYTES
            }
            0 #(+ __ask(|__value: &Self| &__value.#fields))*
        };
    }
}

/// The tape's field for what a layer gives.
pub fn output_slot(i: usize) -> Ident {
    format_ident!("output{i}")
}

/// Memory as large as the largest of `parts`, folded in halves so that fifty layers do not nest fifty deep.
fn larger(krate: &Ident, parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let parts: Vec<TokenStream> = parts.collect();
    halves(krate, &parts)
}

pub fn halves(krate: &Ident, parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => quote!(()),
        [part] => part.clone(),
        parts => {
            let (a, b) = parts.split_at(parts.len() / 2);
            let (a, b) = (halves(krate, a), halves(krate, b));
            quote!(#krate::__private::Overlay<#a, #b>)
        }
    }
}
