//! The int8 form of a network: its struct, and how its layers follow one another. What they compute is the library's.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{conditions, in_block};
use crate::ast::{Declaration, Form, field_ident};
use crate::model::{Network, Step};
use crate::tokens::{CRATE, alias};

/// The name of the int8 network, and that of the network of `f32`.
fn names(declaration: &Declaration) -> Option<[Ident; 2]> {
    let (name, int8) = (declaration.header.name.as_ref()?, declaration.header.int8.as_ref()?);
    let own = format_ident!("{}Int8", name.unraw(), span = name.span());
    Some([int8.name.clone().unwrap_or(own), name.clone()])
}

/// The fields that hold how input and output are quantised.
fn ends(declaration: &Declaration) -> [TokenStream; 2] {
    if declaration.form == Form::Named {
        return [quote!(__input), quote!(__output)];
    }
    [0, 1].map(|i| {
        let position = syn::Index::from(declaration.layers.len() + i);
        quote!(#position)
    })
}

/// The struct, of these layers and their types.
fn structure(
    declaration: &Declaration,
    [twin, name]: &[Ident; 2],
    layers: &[usize],
    types: &[TokenStream],
) -> TokenStream {
    let (krate, vis) = (&declaration.header.krate, &declaration.header.vis);
    let conditions: Vec<_> = conditions(&declaration.header).collect();
    let doc = format!("The int8 form of [`{name}`], set by [`Quantize`]({krate}::int8::Quantize).")
        .replace("$crate", "congruent");
    let fields = layers.iter().zip(types).map(|(i, ty)| {
        let field = &declaration.layers[*i];
        let (vis, name) = (&field.vis, field.name.as_ref().map(|name| quote!(#name:)));
        let written = field.layer.as_ref().map_or_else(|_| String::new(), |spec| spec.written());
        let doc = format!("`{written}`");
        quote!(#[doc = #doc] #vis #name #ty)
    });
    let fields: Vec<_> = fields.collect();
    let quantization = quote!(#krate::int8::Quantization);
    let body = match declaration.form {
        Form::Named => quote!({ #(#fields,)* __input: #quantization, __output: #quantization }),
        Form::ByPosition | Form::Type => quote!((#(#fields,)* #quantization, #quantization);),
    };
    quote! {
        #(#conditions)*
        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #[repr(C)]
        #vis struct #twin #body
    }
}

/// A value of the struct, of which each layer is its `ZERO`.
fn zero(declaration: &Declaration, layers: &[usize], krate: &Ident) -> TokenStream {
    let fields = layers.iter().map(|i| field_ident(declaration, *i));
    let [input, output] = ends(declaration);
    let zero = quote!(#krate::int8::Quantization::ZERO);
    quote!(Self { #(#fields: #krate::int8::Int8Layer::ZERO,)* #input: #zero, #output: #zero })
}

/// The int8 network beside one without a mistake.
pub fn twin(declaration: &Declaration, network: &Network, steps: &[Step]) -> TokenStream {
    let Some(names) = names(declaration) else { return TokenStream::new() };
    let [twin, name] = &names;
    let outside = &declaration.header.krate;
    let layer = |i: usize, krate: &TokenStream| {
        let (span, mut ty) = (network.layers[i].blame, alias(name, &format!("Layer{i}")));
        ty.set_span(span);
        quote_spanned!(span=> <#ty as #krate::int8::Quantizable>::Int8)
    };
    let types: Vec<_> = (0..steps.len()).map(|i| layer(i, outside)).collect();
    let all: Vec<usize> = (0..steps.len()).collect();
    let structure = structure(declaration, &names, &all, &types);
    let krate = format_ident!("{CRATE}");
    let [float_input, float_output] = ["Input", "Output"].map(|what| alias(name, what));
    let order = quote!(#krate::int8::Reorder);
    let declared = quote!(#krate::int8::AsDeclared);
    let first = quote!(#order<#declared<#float_input>, #float_input>);
    let last = quote!(#order<#float_output, #declared<#float_output>>);
    let run: Vec<usize> = (0..steps.len()).filter(|i| steps[*i] != Step::Folded).collect();
    let inner = run.iter().map(|i| layer(*i, &quote!(#krate)));
    let sizes = [first.clone()].into_iter().chain(inner).chain([last.clone()]);
    let sizes = sizes.map(|ty| quote!(#krate::int8::Size::of::<#ty>()));
    let count = run.len() + 2;
    let fields: Vec<_> = run.iter().map(|i| field_ident(declaration, *i)).collect();
    let layers = fields.iter().map(|field| quote!(&self.#field));
    let zero_of = |ty: &TokenStream| quote!(&<#ty as #krate::int8::Int8Layer>::ZERO);
    let layers = [zero_of(&first)].into_iter().chain(layers).chain([zero_of(&last)]);
    let positions = (0..count).map(syn::Index::from);
    let visits = run.iter().zip(&fields).map(|(i, field)| {
        let shown = shown(declaration, *i);
        let folded = |other: Option<usize>| match other.map(|i| field_ident(declaration, i)) {
            Some(other) => quote!(&float.#other),
            None => quote!(&()),
        };
        let Step::Run { norm, clamp } = steps[*i] else { return TokenStream::new() };
        let (norm, clamp) = (folded(norm), folded(clamp));
        quote!(#krate::int8::LayerVisitor::layer(visitor, #shown, &float.#field, #norm, #clamp, &mut int8.#field);)
    });
    let [input, output] = ends(declaration);
    let zero = zero(declaration, &all, &krate);
    let block = quote! {
        const __PLAN: #krate::int8::MemoryPlan<#count> = #krate::int8::plan([#(#sizes),*]);

        #[automatically_derived]
        impl #krate::int8::HasInt8 for #name {
            type Int8 = #twin;
        }

        #[automatically_derived]
        // SAFETY: a constant's value; rustc refuses the reference if there is interior mutability in it.
        unsafe impl #krate::int8::InPlace for #twin {
            const ZERO_IN_PLACE: &'static Self = &<Self as #krate::int8::Int8Network>::ZERO;
        }

        #[automatically_derived]
        impl #krate::int8::Int8Network for #twin {
            type Float = #name;
            const ZERO: Self = #zero;
            const INFERENCE_BYTES: ::core::primitive::usize = __PLAN.bytes;

            fn input_quantization(&self) -> #krate::int8::Quantization {
                self.#input
            }

            fn output_quantization(&self) -> #krate::int8::Quantization {
                self.#output
            }

            fn set_ends(&mut self, input: #krate::int8::Quantization, output: #krate::int8::Quantization) {
                (self.#input, self.#output) = (input, output);
            }

            fn infer(
                &self,
                input: &<#float_input as #krate::int8::Int8Shape>::Int8,
                output: &mut <#float_output as #krate::int8::Int8Shape>::Int8,
                memory: &mut [::core::primitive::i8],
            ) {
                let (input, output) = (#krate::int8::Int8s::as_flat(input), #krate::int8::Int8s::as_flat_mut(output));
                let places = const { __PLAN.places };
                #(#krate::int8::run(#layers, places[#positions], input, output, memory);)*
            }

            fn visit<__V: #krate::int8::LayerVisitor>(float: &#name, int8: &mut Self, visitor: &mut __V) {
                #(#visits)*
            }
        }

        #krate::int8_network_methods!(#twin, #name, #float_input, #float_output);
    };
    let block = in_block(&declaration.header, &block);
    quote!(#structure #block)
}

/// A field's name as reports show it.
fn shown(declaration: &Declaration, i: usize) -> String {
    declaration.layers[i].name.as_ref().map_or_else(|| i.to_string(), |name| name.unraw().to_string())
}

/// What stands beside a wrong network, so that what uses its int8 form is no second mistake.
pub fn stand_in(declaration: &Declaration, network: &Network) -> TokenStream {
    let Some(names) =
        names(declaration).filter(|_| !network.input_tokens && network.inputs.is_empty() && network.outputs.is_empty())
    else {
        return TokenStream::new();
    };
    let [twin, name] = &names;
    let outside = &declaration.header.krate;
    let mut seen = Vec::new();
    // of two fields of one name, which is a mistake, the first stands in the struct
    for (i, field) in declaration.layers.iter().enumerate() {
        if field.name.is_none() || !declaration.layers[..i].iter().any(|before| before.name == field.name) {
            seen.push(i);
        }
    }
    let ty = quote!(#outside::int8::Folded<[::core::primitive::f32; 1]>);
    let structure = structure(declaration, &names, &seen, &vec![ty; seen.len()]);
    let krate = format_ident!("{CRATE}");
    let [input, output] = ["Input", "Output"].map(|what| alias(name, what));
    let zero = zero(declaration, &seen, &krate);
    let block = quote! {
        #[automatically_derived]
        impl #krate::int8::HasInt8 for #name {
            type Int8 = #twin;
        }

        #[automatically_derived]
        // SAFETY: a constant's value; rustc refuses the reference if there is interior mutability in it.
        unsafe impl #krate::int8::InPlace for #twin {
            const ZERO_IN_PLACE: &'static Self = &<Self as #krate::int8::Int8Network>::ZERO;
        }

        #[automatically_derived]
        impl #krate::int8::Int8Network for #twin {
            type Float = #name;
            const ZERO: Self = #zero;
            const INFERENCE_BYTES: ::core::primitive::usize = 0;

            fn input_quantization(&self) -> #krate::int8::Quantization {
                #krate::int8::Quantization::ZERO
            }

            fn output_quantization(&self) -> #krate::int8::Quantization {
                #krate::int8::Quantization::ZERO
            }

            fn set_ends(&mut self, _: #krate::int8::Quantization, _: #krate::int8::Quantization) {}

            fn infer(
                &self,
                _: &<#input as #krate::int8::Int8Shape>::Int8,
                _: &mut <#output as #krate::int8::Int8Shape>::Int8,
                _: &mut [::core::primitive::i8],
            ) {
            }

            fn visit<__V: #krate::int8::LayerVisitor>(_: &#name, _: &mut Self, _: &mut __V) {}
        }

        #krate::int8_network_methods!(#twin, #name, #input, #output);
    };
    let block = in_block(&declaration.header, &block);
    quote!(#structure #block)
}
