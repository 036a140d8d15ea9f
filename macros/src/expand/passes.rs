//! The ways through a network: inference, forward and backward, and the look at what the tape holds.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::block::{Parts, output_slot};

impl Parts<'_> {
    pub fn infer(&self, method: &str) -> TokenStream {
        let method = format_ident!("{method}");
        let steps = match self.is_chain() {
            true => self.infer_chain(self.last(), &method, quote!(outputs)),
            false => self.graph_infer(&method),
        };
        quote! {
            fn #method<const __B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                scratch: &mut Self::Scratch<__B>,
            ) {
                let samples = inputs.len();
                #steps
            }
        }
    }

    /// The inference of the layers up to `last`, whose values go to `target`. The buffers between them take the two ends
    /// of the scratch in turn.
    fn infer_chain(&self, last: usize, method: &Ident, target: TokenStream) -> TokenStream {
        let krate = &self.krate;
        let values_of_last = target;
        let real: Vec<usize> = (0..=last).filter(|i| !self.identity(*i, last)).collect();
        let steps = real.iter().enumerate().map(|(turn, &i)| {
            let field = &self.fields[i];
            let call = if i == last { method.clone() } else { format_ident!("infer") };
            let scratch = self.of(i, &quote!(Scratch<__B>));
            let call = self.of(i, &quote!(#call::<__B>));
            let buffer = |i: usize| {
                let output = self.output(i);
                quote!([#output; __B])
            };
            let none = quote!(());
            let input = self.source(i).map_or(none.clone(), buffer);
            let output = if i == last { none } else { buffer(i) };
            // the output of an even layer is at the front, of an odd one at the end
            let (split, source, target) = if turn % 2 == 0 {
                (quote!(#output, #scratch, #input), quote!(end), quote!(front))
            } else {
                (quote!(#input, #scratch, #output), quote!(front), quote!(end))
            };
            let values = match self.source(i) {
                None => quote!(inputs),
                Some(_) => quote!(#krate::__private::first(#source, samples)),
            };
            let before = self.before(i);
            let values = match i == 0 || self.source(i) == Some(i - 1) {
                true => values,
                // what lies between changes the shape at most
                false => quote!(#krate::plain::cast::<_, #before>(#values)),
            };
            let values = self.feed(i, values);
            let outputs = match i == last {
                true => values_of_last.clone(),
                false => quote!(#krate::__private::first_mut(#target, samples)),
            };
            quote! {
                let (front, buffer, end) = #krate::__private::split::<_, #split>(scratch);
                #call(&self.#field, #values, #outputs, buffer);
                let _ = (front, end);
            }
        });
        quote!(#(#steps)*)
    }

    pub fn forward(&self, method: &str) -> TokenStream {
        let krate = &self.krate;
        let method = format_ident!("{method}");
        // nothing is remembered of the frozen layers at the start but what comes out of them
        let frozen = self.start.checked_sub(1).map(|end| {
            let output = output_slot(end);
            let target = quote!(#krate::__private::first_mut(&mut tape.#output, samples));
            let steps = self.infer_chain(end, &format_ident!("infer"), target);
            quote!(let scratch = &mut tape.signals; #steps)
        });
        let chain = |i: usize| {
            let (field, slot) = (&self.fields[i], &self.slots[i]);
            let call = if i == self.last() { method.clone() } else { format_ident!("forward") };
            let call = self.of(i, &quote!(#call::<__B>));
            let pass = if self.frozen(i) { quote!(&mut pass.frozen()) } else { quote!(pass) };
            let values = self.feed(i, self.recorded(i));
            let outputs = if i == self.last() {
                quote!(outputs)
            } else {
                let output = output_slot(i);
                quote!(#krate::__private::first_mut(&mut tape.#output, samples))
            };
            quote!(#call(&self.#field, #values, #outputs, &mut tape.#slot, #pass);)
        };
        let steps = match self.is_chain() {
            true => (self.start..=self.last()).map(chain).collect(),
            false => self.graph_forward(&method),
        };
        quote! {
            fn #method<const __B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &mut [Self::Output],
                tape: &mut Self::Tape<__B>,
                pass: &mut #krate::Pass,
            ) {
                let samples = inputs.len();
                #frozen
                #steps
            }
        }
    }

    /// The input of layer `i`, as the tape has it.
    fn recorded(&self, i: usize) -> TokenStream {
        if i == 0 {
            return quote!(inputs);
        }
        let (krate, output) = (&self.krate, output_slot(i - 1));
        quote!(#krate::__private::first(&tape.#output, samples))
    }

    /// The chain rule, from the last layer to the first that is trained, or to the first of all where the derivative by
    /// the input is wanted. The gradients between layers take the two ends of their room in turn.
    pub fn backward(&self, method: &str) -> TokenStream {
        let krate = &self.krate;
        let method = format_ident!("{method}");
        let steps = match self.is_chain() {
            true => self.chain_backward(&method),
            false => self.graph_backward(&method),
        };
        quote! {
            fn #method<const __B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &[Self::Output],
                tape: &mut Self::Tape<__B>,
                output_gradients: &mut [#krate::Gradient<Self::Output>],
                input_gradients: ::core::option::Option<&mut [#krate::Gradient<Self::Input>]>,
                gradient: &mut Self::Gradient,
            ) {
                #steps
            }
        }
    }

    fn chain_backward(&self, method: &Ident) -> TokenStream {
        let krate = &self.krate;
        let learns = |i: usize| {
            let i = proc_macro2::Literal::usize_unsuffixed(i);
            quote!(LEARNS[#i])
        };
        let gradient_of = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; __B])
        };
        let (start, last) = (self.start, self.last());
        let steps = (start..=last).rev().map(|i| {
            let (field, slot, named) = (&self.fields[i], &self.slots[i], &self.named[i]);
            let into = match self.frozen(i) {
                true => quote!(#krate::__private::front(&mut tape.unused)),
                false => quote!(&mut gradient.#named),
            };
            let call = if i == self.last() { method.clone() } else { format_ident!("backward") };
            let call = self.of(i, &quote!(#call::<__B>));
            let values = self.feed(i, self.recorded(i));
            let none = quote!(());
            let below = if i == start { none.clone() } else { gradient_of(i - 1) };
            let above = if i == last { none } else { gradient_of(i) };
            // the gradient of an even layer's output is at the front, of an odd one's at the end
            let (split, given, wanted) = if i % 2 == 0 {
                (quote!(#above, (), #below), quote!(front), quote!(end))
            } else {
                (quote!(#below, (), #above), quote!(end), quote!(front))
            };
            let (outputs, output_gradients) = if i == self.last() {
                (quote!(outputs), quote!(output_gradients))
            } else {
                let output = output_slot(i);
                (
                    quote!(#krate::__private::first(&tape.#output, samples)),
                    quote!(#krate::__private::first_mut(#given, samples)),
                )
            };
            let (before, input) = (self.before(i), self.of(i, &quote!(Input)));
            let feed_back = quote!(#krate::__private::feed_back::<#before, #input>);
            let (learns, learns_below) = (learns(i), i.checked_sub(1).map(learns));
            let input_gradients = match i == start {
                true if i == 0 => quote!(input_gradients.map(|gradients| #feed_back(gradients))),
                true => quote!(::core::option::Option::None),
                false => quote! {
                    (#learns_below || through).then(|| #feed_back(#krate::__private::first_mut(#wanted, samples)))
                },
            };
            quote! {
                if #learns || through {
                    let (front, (), end) = #krate::__private::split::<_, #split>(&mut tape.signals);
                    #call(
                        &self.#field,
                        #values,
                        #outputs,
                        &mut tape.#slot,
                        #output_gradients,
                        #input_gradients,
                        #into,
                    );
                    let _ = (front, end);
                }
            }
        });
        let counts = (0..=last).map(|i| self.count_trained(i));
        let (count, starts_trained) = (last + 1, start == 0);
        quote! {
            // whether a layer up to each one learns
            const LEARNS: [::core::primitive::bool; #count] = #krate::__private::learns([#(#counts),*]);
            let through = #starts_trained && input_gradients.is_some();
            let samples = inputs.len();
            #(#steps)*
        }
    }

    /// The layers' operators, one after the other.
    pub fn export(&self) -> TokenStream {
        let krate = &self.krate;
        let chain = |i| {
            let (export, field, name) = (self.of(i, &quote!(export)), &self.fields[i], self.shown(i));
            quote! {
                let value = graph.scope(#name, |graph| #export(&self.#field, graph, value))?;
            }
        };
        let steps = match self.is_chain() {
            true => (0..=self.last()).map(chain).chain([quote!(::core::result::Result::Ok(value))]).collect(),
            false => self.graph_export(),
        };
        quote! {
            fn export(
                &self,
                graph: &mut dyn #krate::graph::Graph,
                value: #krate::graph::Value,
            ) -> ::core::result::Result<#krate::graph::Value, #krate::graph::Refusal> {
                #steps
            }
        }
    }

    pub fn inspect(&self) -> TokenStream {
        let krate = &self.krate;
        let steps = (self.start.saturating_sub(1)..=self.last()).map(|i| {
            let (inspect, slot) = (self.of(i, &quote!(inspect::<__B>)), &self.slots[i]);
            let name = self.shown(i);
            let inner = (i >= self.start).then(|| {
                quote! {
                    #inspect(&tape.#slot, samples, &mut |inner, finite| {
                        tell(&format_args!("{}.{}", #name, inner), finite)
                    });
                }
            });
            let own = (i < self.last()).then(|| {
                let output = output_slot(i);
                quote!(tell(&#name, #krate::__private::finite(#krate::__private::first(&tape.#output, samples)));)
            });
            quote!(#inner #own)
        });
        quote! {
            fn inspect<const __B: ::core::primitive::usize>(
                tape: &Self::Tape<__B>,
                samples: ::core::primitive::usize,
                tell: &mut dyn ::core::ops::FnMut(&dyn ::core::fmt::Display, ::core::primitive::bool),
            ) {
                #(#steps)*
            }
        }
    }
}
