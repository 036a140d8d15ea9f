//! The implementations for a network, in the block behind its struct.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::type_form::params_of;
use super::{CRATE, at};
use crate::check::{Network, field_ident};
use crate::parse::Declaration;

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
        let written: TokenStream = network.layers.iter().map(|layer| layer.ty.clone()).collect();
        let own = |suffix: &str| name_of_its_own(format!("{}{suffix}", name.unraw()), &written.to_string());
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
            types: (0..count).map(|i| own(&format!("Layer{i}"))).collect(),
            start: declaration.layers.iter().take_while(|field| field.frozen.is_some()).count(),
            tape: own("Tape"),
            scratch: own("Scratch"),
            gradient: own("Gradient"),
        }
    }

    /// The field's name as messages show it.
    pub fn shown(&self, i: usize) -> String {
        self.declaration.layers[i].name.as_ref().map_or_else(|| i.to_string(), |name| name.unraw().to_string())
    }

    pub fn last(&self) -> usize {
        self.types.len() - 1
    }

    pub fn frozen(&self, i: usize) -> bool {
        self.declaration.layers[i].frozen.is_some()
    }

    /// The layers that are trained.
    fn trained(&self) -> Vec<usize> {
        (self.start..=self.last()).filter(|i| !self.frozen(*i)).collect()
    }

    /// How many parameters of a layer are trained.
    pub fn count_trained(&self, i: usize) -> TokenStream {
        let (krate, ty) = (&self.krate, &self.types[i]);
        if self.frozen(i) {
            return quote!(0);
        }
        quote!(<<#ty as #krate::Layer>::Gradient as #krate::GradientOf<#ty>>::TRAINED)
    }

    /// The type of what a layer gives.
    pub fn output(&self, i: usize) -> TokenStream {
        let (krate, ty) = (&self.krate, &self.types[i]);
        quote!(<#ty as #krate::Layer>::Output)
    }

    pub fn aliases(&self) -> TokenStream {
        let aliases = self.types.iter().zip(&self.network.layers).map(|(alias, layer)| {
            let ty = &layer.ty;
            quote!(type #alias = #ty;)
        });
        quote!(#(#aliases)*)
    }

    /// The struct is plain memory; the tape is declared.
    pub fn memory(&self) -> TokenStream {
        let Parts { krate, name, .. } = self;
        let (tape, scratch, room) = (&self.tape, &self.scratch, self.room(self.last()));
        let (slots, types) = (&self.slots[self.start..], &self.types[self.start..]);
        let outputs = (self.start.saturating_sub(1)..self.last()).map(|i| {
            let (slot, output) = (output_slot(i), self.output(i));
            quote!(#slot: [#output; B])
        });
        let (signals, unused) = (self.signals(), self.unused());
        quote! {
            // SAFETY: `repr(C)`, and each field is a layer, whose words are all `f32`.
            unsafe impl #krate::Plain for #name {}
            // SAFETY: as above.
            unsafe impl #krate::Parameters for #name {}

            #[doc = "What training remembers of a network's forward pass."]
            #[repr(C)]
            pub struct #tape<const B: ::core::primitive::usize> {
                #(#slots: <#types as #krate::Layer>::Tape<B>,)*
                #(#outputs,)*
                signals: #signals,
                unused: #unused,
            }
            // SAFETY: `repr(C)`, and each field is plain memory.
            unsafe impl<const B: ::core::primitive::usize> #krate::Plain for #tape<B> {}

            #[doc = "The memory of a network's inference."]
            #[repr(C)]
            pub struct #scratch<const B: ::core::primitive::usize>(#room);
            // SAFETY: as above.
            unsafe impl<const B: ::core::primitive::usize> #krate::Plain for #scratch<B> {}
        }
    }

    /// Room for what forward and backward need one after the other: the values between the frozen layers at the start,
    /// and the gradients between the other layers, of which two are alive at a time.
    fn signals(&self) -> TokenStream {
        let krate = &self.krate;
        let gradient = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; B])
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
            _ => larger(krate, [self.room(start - 1), signals].into_iter()),
        }
    }

    /// Room for the derivatives by the parameters of frozen layers that come after trained ones: the chain rule goes
    /// through these, but nothing is done with what it says of them.
    fn unused(&self) -> TokenStream {
        let frozen = (self.start..=self.last()).filter(|i| self.frozen(*i));
        larger(
            &self.krate,
            frozen.map(|i| {
                let (krate, ty) = (&self.krate, &self.types[i]);
                quote!(<#ty as #krate::Layer>::Gradient)
            }),
        )
    }

    /// Scratch for the inference of the layers up to `last`: the largest of what is alive while a layer runs.
    fn room(&self, last: usize) -> TokenStream {
        larger(&self.krate, (0..=last).map(|i| self.moment(i, last, &quote!(B))))
    }

    /// What is alive while layer `i` infers: its input, its scratch, its output, where these are the network's own.
    fn moment(&self, i: usize, last: usize, batch: &TokenStream) -> TokenStream {
        let (krate, ty) = (&self.krate, &self.types[i]);
        let buffer = |i: usize| {
            let output = self.output(i);
            quote!([#output; #batch])
        };
        let input = if i == 0 { quote!(()) } else { buffer(i - 1) };
        let output = if i == last { quote!(()) } else { buffer(i) };
        quote!(#krate::__private::Pair<#input, #krate::__private::Pair<<#ty as #krate::Layer>::Scratch<#batch>, #output>>)
    }

    pub fn gradient(&self) -> TokenStream {
        let Parts { krate, name, .. } = self;
        let (gradient, trained) = (&self.gradient, self.trained());
        let visibilities = trained.iter().map(|i| &self.declaration.layers[*i].vis);
        let docs = trained.iter().map(|i| format!("The gradient of `{}`", self.network.layers[*i].written));
        let named: Vec<_> = trained.iter().map(|i| &self.named[*i]).collect();
        let types = trained.iter().map(|i| &self.types[*i]);
        let fields: Vec<_> = trained.iter().map(|i| &self.fields[*i]).collect();
        let counts = trained.iter().map(|i| self.count_trained(*i));
        quote! {
            #[doc = "The gradient of a network: for each layer that is trained the derivatives by its parameters."]
            #[repr(C)]
            pub struct #gradient {
                #(#[doc = #docs] #visibilities #named: <#types as #krate::Layer>::Gradient,)*
            }
            // SAFETY: `repr(C)`, and each field holds `f32`s only.
            unsafe impl #krate::Plain for #gradient {}
            // SAFETY: as above.
            unsafe impl #krate::Parameters for #gradient {}

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
        let Parts { krate, name, types, fields, .. } = self;
        let (tape, gradient) = (&self.tape, &self.gradient);
        let (input, output, scratch) = (&self.network.input, &self.network.output, &self.scratch);
        let last = &types[self.last()];
        let [infer, infer_logits] = ["infer", "infer_logits"].map(|method| self.infer(method));
        let [forward, forward_logits] = ["forward", "forward_logits"].map(|method| self.forward(method));
        let [backward, backward_logits] = ["backward", "backward_logits"].map(|method| self.backward(method));
        let (inspect, starts_trained) = (self.inspect(), self.start == 0);
        // where a private layer would end a public network, the last layer is to blame
        let ends = quote! {
            type Input = #input;
            type Output = #output;
            type Head = <#last as #krate::Layer>::Head;
        };
        let ends = at(self.network.layers[self.last()].blame, ends);
        quote! {
            #[automatically_derived]
            impl #krate::Layer for #name {
                #ends
                type Gradient = #gradient;
                type Scratch<const B: ::core::primitive::usize> = #scratch<B>;
                type Tape<const B: ::core::primitive::usize> = #tape<B>;

                const MACS: ::core::primitive::u64 = 0 #(+ <#types as #krate::Layer>::MACS)*;
                const REACHES_INPUT: ::core::primitive::bool =
                    #starts_trained #(&& <#types as #krate::Layer>::REACHES_INPUT)*;

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
    pub fn feed(&self, i: usize, values: TokenStream) -> TokenStream {
        let (krate, ty, before) = (&self.krate, &self.types[i], self.before(i));
        quote!(#krate::__private::feed::<#before, <#ty as #krate::Layer>::Input>(#values))
    }

    /// The type of what comes into layer `i`.
    pub fn before(&self, i: usize) -> TokenStream {
        let (krate, first) = (&self.krate, &self.types[0]);
        match (i, &self.network.promised) {
            (0, Some(promised)) => promised.input.clone(),
            (0, None) => quote!(<#first as #krate::Layer>::Input),
            _ => self.output(i - 1),
        }
    }

    pub fn network_impl(&self) -> TokenStream {
        let Parts { krate, name, types, .. } = self;
        let count = params_of(krate, &quote!(<#name as #krate::Parameters>::COUNT), &[]);
        let gradient = quote!(<#name as #krate::Layer>::Gradient);
        let trained = params_of(krate, &quote!(<#gradient as #krate::GradientOf<#name>>::TRAINED), &[]);
        let title = name.unraw().to_string();
        let rows = (0..=self.last()).map(|i| {
            let (ty, field, written) = (&types[i], self.shown(i), &self.network.layers[i].written);
            let moment = self.moment(i, self.last(), &quote!(1));
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

    /// What only rustc can see: whether the layers fit, and whether the struct is what it seems.
    pub fn checks(&self) -> TokenStream {
        let Parts { krate, name, types, network, .. } = self;
        let aliases: Vec<TokenStream> = types.iter().map(|ty| quote!(#ty)).collect();
        let checks = super::checks::checks(krate, network, &aliases);
        // a network within may begin with frozen layers
        let reach = (self.start + 1..=self.last()).filter(|i| network.layers[*i].parameters.is_none()).map(|i| {
            let (ty, layer) = (&types[i], &network.layers[i]);
            let (name, before) = (&layer.name, (0..i).map(|i| self.count_trained(i)));
            let check = at(layer.blame, quote!(#krate::__private::reaches::<#ty>(#name, 0 #(+ #before)*)));
            quote!(const _: () = #check;)
        });
        quote! {
            #(const _: () = #checks;)*
            #(#reach)*
            const _: () =
                #krate::__private::plain_layout::<#name>(0 #(+ ::core::mem::size_of::<#types>())*);
        }
    }

    pub fn budget(&self) -> TokenStream {
        let (krate, name) = (&self.krate, self.name);
        let budget = self.declaration.budget.iter().map(|(key, limit)| {
            let resource = match key.to_string().as_str() {
                "flash" => quote!(Flash),
                "ram" => quote!(Ram),
                _ => quote!(Macs),
            };
            let network = quote!(&<#name as #krate::Network>::SUMMARY);
            let resource = quote!(#krate::__private::Resource::#resource);
            let call = quote!(#krate::__private::assert_budget(#network, #resource, LIMIT));
            let call = at(limit.span(), call);
            quote! {
                const _: () = {
                    const LIMIT: ::core::primitive::u64 = #limit;
                    #call
                };
            }
        });
        quote!(#(#budget)*)
    }
}

/// A name for a type of the network's block that the user's own types, which the block names too, do not have.
fn name_of_its_own(mut name: String, types: &str) -> Ident {
    while types.contains(&name) {
        name.push('_');
    }
    format_ident!("{name}")
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

fn halves(krate: &Ident, parts: &[TokenStream]) -> TokenStream {
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
