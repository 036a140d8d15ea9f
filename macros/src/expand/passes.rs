//! The ways through a network: inference, forward and backward, and the look at what the tape holds.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::block::{Parts, output_slot};

impl Parts<'_> {
    /// The buffers of inference take the two ends of the scratch in turn.
    pub fn infer(&self, method: &str) -> TokenStream {
        let krate = &self.krate;
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
            fn #method<const B: ::core::primitive::usize>(
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

    pub fn forward(&self, method: &str) -> TokenStream {
        let krate = &self.krate;
        let method = format_ident!("{method}");
        let steps = (0..=self.last()).map(|i| {
            let (ty, field, slot) = (&self.types[i], &self.fields[i], &self.slots[i]);
            let call = if i == self.last() { method.clone() } else { format_ident!("forward") };
            let values = self.feed(i, self.recorded(i));
            let outputs = if i == self.last() {
                quote!(outputs)
            } else {
                let output = output_slot(i);
                quote!(#krate::__private::first_mut(&mut tape.#output, samples))
            };
            quote!(<#ty as #krate::Layer>::#call::<B>(&self.#field, #values, #outputs, &mut tape.#slot, pass);)
        });
        quote! {
            fn #method<const B: ::core::primitive::usize>(
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
        let (krate, output) = (&self.krate, output_slot(i - 1));
        quote!(#krate::__private::first(&tape.#output, samples))
    }

    /// The chain rule, from the last layer to the first. The gradients between layers take the two ends of their room
    /// in turn.
    pub fn backward(&self, method: &str) -> TokenStream {
        let krate = &self.krate;
        let method = format_ident!("{method}");
        let gradient_of = |i: usize| {
            let output = self.output(i);
            quote!([#krate::Gradient<#output>; B])
        };
        let steps = (0..=self.last()).rev().map(|i| {
            let (ty, field, slot, named) = (&self.types[i], &self.fields[i], &self.slots[i], &self.named[i]);
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
                let output = output_slot(i);
                (
                    quote!(#krate::__private::first(&tape.#output, samples)),
                    quote!(#krate::__private::first_mut(#given, samples)),
                )
            };
            let before = self.before(i);
            let feed_back = quote!(#krate::__private::feed_back::<#before, <#ty as #krate::Layer>::Input>);
            let input_gradients = if i == 0 {
                quote!(input_gradients.map(|gradients| #feed_back(gradients)))
            } else {
                quote!(::core::option::Option::Some(#feed_back(#krate::__private::first_mut(#wanted, samples))))
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
                    &mut gradient.#named,
                );
                let _ = (front, end);
            }
        });
        quote! {
            fn #method<const B: ::core::primitive::usize>(
                &self,
                inputs: &[Self::Input],
                outputs: &[Self::Output],
                tape: &mut Self::Tape<B>,
                output_gradients: &mut [#krate::Gradient<Self::Output>],
                input_gradients: ::core::option::Option<&mut [#krate::Gradient<Self::Input>]>,
                gradient: &mut Self::Gradient,
            ) {
                let samples = inputs.len();
                #(#steps)*
            }
        }
    }

    pub fn inspect(&self) -> TokenStream {
        let krate = &self.krate;
        let steps = (0..=self.last()).map(|i| {
            let (ty, slot) = (&self.types[i], &self.slots[i]);
            let name = self.shown(i);
            let inner = quote! {
                <#ty as #krate::Layer>::inspect::<B>(&tape.#slot, samples, &mut |inner, finite| {
                    tell(&format_args!("{}.{}", #name, inner), finite)
                });
            };
            let own = (i < self.last()).then(|| {
                let output = output_slot(i);
                quote!(tell(&#name, #krate::__private::finite(#krate::__private::first(&tape.#output, samples)));)
            });
            quote!(#inner #own)
        });
        quote! {
            fn inspect<const B: ::core::primitive::usize>(
                tape: &Self::Tape<B>,
                samples: ::core::primitive::usize,
                tell: &mut dyn ::core::ops::FnMut(&dyn ::core::fmt::Display, ::core::primitive::bool),
            ) {
                #(#steps)*
            }
        }
    }
}
