//! What only rustc can see, as expressions that fail while they are compiled. Each carries the span of what is to blame.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::messages::{self, Misfit};
use crate::model::{Flow, Layer};
use crate::sentence::{Holds, Sentence};
use crate::shape::Size;
use crate::tokens::krate_at;

/// An expression that fails with the sentence unless this holds.
pub fn asked(blame: Span, holds: &Holds, say: &Sentence) -> TokenStream {
    let krate = krate_at(blame);
    let (holds, pieces) = (holds.expression(), say.pieces(&krate));
    quote_spanned!(blame=> #krate::__private::check(#holds, #pieces))
}

/// Whether something holds of shapes, by a function of the library.
pub fn of_shapes(function: &str, shapes: &[&TokenStream], blame: Span) -> Holds {
    let (krate, function) = (krate_at(blame), quote::format_ident!("{function}"));
    Holds::Asked(quote!(#krate::__private::#function::<#(#shapes),*>()))
}

/// A layer takes what it is given, by the types of both.
pub fn fits(blame: Span, [name, giver]: [&str; 2], given: &TokenStream, expected: &TokenStream) -> TokenStream {
    let krate = krate_at(blame);
    let both = |question| of_shapes(question, &[given, expected], blame);
    let is = Misfit {
        vectors: both("vectors"),
        tokens_for_numbers: both("tokens_for_numbers"),
        wants_vector: both("wants_vector"),
        gives_any_length: of_shapes("has_any_length", &[given], blame),
        gives_sequence: of_shapes("is_sequence", &[given], blame),
    };
    let sizes = [given, expected].map(|ty| Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.row())));
    let flows = [given, expected].map(|ty| Flow::unknown(ty.clone()));
    let say = messages::misfit(name, giver, flows.each_ref(), is, sizes.each_ref());
    asked(blame, &both("same"), &say)
}

/// From the types of two layers, an expression that fails while it is compiled if the first does not take what the second gives.
pub type Fits = Box<dyn Fn(&TokenStream, &TokenStream) -> TokenStream>;

/// A layer takes what another one gives, by the types of both.
pub fn junction(layer: &Layer, giver: &str) -> Fits {
    let (blame, krate, name, giver) = (layer.blame, krate_at(layer.blame), layer.name.clone(), giver.to_string());
    Box::new(move |ty, before| {
        let given = quote_spanned!(blame=> <#before as #krate::Layer>::Output);
        let expected = quote_spanned!(blame=> <#ty as #krate::Layer>::Input);
        fits(blame, [&name, &giver], &given, &expected)
    })
}
