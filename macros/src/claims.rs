//! Whether layers fit whose shapes only rustc knows, as expressions that fail while they are compiled.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::model::{Fit, Layer};
use crate::tokens::krate_at;

/// From the type of a layer and another type, an expression that fails while it is compiled if the two do not fit.
pub type Fits = Box<dyn Fn(&TokenStream, &TokenStream) -> TokenStream>;

/// A layer takes what the layer before it gives, by the types of both.
pub fn junction(layer: &Layer, before: &str) -> Fits {
    let (span, krate) = (layer.blame, krate_at(layer.blame));
    let fit = fit(layer, &format!("{before} before it"));
    Box::new(move |ty, before| {
        let given = quote_spanned!(span=> <#before as #krate::Layer>::Output);
        fit(ty, &given)
    })
}

/// A layer takes what it is given, by the types of both.
pub fn fit(layer: &Layer, giver: &str) -> Fits {
    let (span, krate, name, giver) = (layer.blame, krate_at(layer.blame), layer.name.clone(), giver.to_string());
    let (written, row) = match &layer.fit {
        Fit::Seen => Default::default(),
        Fit::Input(written) => (written.clone(), None),
        Fit::Row(row, written) => (written.clone(), Some(row.clone())),
    };
    Box::new(move |ty, given| {
        let [start, end] = &written;
        let junction = quote_spanned!(span=> &#krate::__private::Junction { layer: #name, before: #giver, written: [#start, #end] });
        match &row {
            Some(row) => quote_spanned!(span=> #krate::__private::fits_row::<#given>(#junction, #row)),
            None => {
                let expected = quote_spanned!(span=> <#ty as #krate::Layer>::Input);
                quote_spanned!(span=> #krate::__private::fits::<#given, #expected>(#junction))
            }
        }
    })
}
