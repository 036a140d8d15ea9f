//! Messages about sizes of which the macro sees some, and rustc all; and what must hold, or the message is an error.
//!
//! A check exists once: where the macro sees all its numbers, it is worked out here, else rustc works out the same.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::Flow;
use crate::shape::Size;

/// What must hold of sizes.
#[derive(Clone)]
pub enum Holds {
    Known(bool),
    /// An expression of type `bool`, for rustc.
    Asked(TokenStream),
}

/// A part of a sentence.
#[derive(Clone)]
pub enum Piece {
    Text(String),
    Number(Size),
    /// A number and what is counted, in the plural unless it is one.
    Counted(Size, String),
    /// A shape, such as `[1, 28, 28]`.
    Shape(Flow),
    /// A number with a fraction, by its expression of type `f32`.
    Fraction(TokenStream),
    /// One of two sentences.
    Either(Holds, Sentence, Sentence),
}

#[derive(Clone, Default)]
pub struct Sentence(Vec<Piece>);

/// A sentence of its parts: texts, sizes, shapes, and other sentences.
macro_rules! say {
    ($($piece:expr),* $(,)?) => {
        $crate::sentence::Sentence::of([$($crate::sentence::Sentence::from($piece)),*])
    };
}
pub(crate) use say;

/// Calls a function of [`crate::arithmetic`]: here, if all the sizes are numbers, else by rustc.
macro_rules! call {
    ($krate:expr, $function:ident, $($size:expr),+ $(,)?) => {
        $crate::sentence::called($krate, stringify!($function), $crate::arithmetic::$function, [$(&$size),+])
    };
}
pub(crate) use call;

/// What a function of sizes gives: a size, or whether something holds.
pub trait Answer {
    type Here;
    fn known(here: Self::Here) -> Self;
    fn asked(expression: TokenStream) -> Self;
}

impl Answer for Size {
    type Here = usize;

    fn known(here: usize) -> Self {
        Size::Number(here as u64)
    }

    fn asked(expression: TokenStream) -> Self {
        Size::Computed(expression)
    }
}

impl Answer for Holds {
    type Here = bool;

    fn known(here: bool) -> Self {
        Holds::Known(here)
    }

    fn asked(expression: TokenStream) -> Self {
        Holds::Asked(expression)
    }
}

/// See [`call`].
pub fn called<const N: usize, A: Answer>(
    krate: &TokenStream,
    name: &str,
    function: fn([usize; N]) -> A::Here,
    sizes: [&Size; N],
) -> A {
    let mut numbers = [0; N];
    for (number, size) in numbers.iter_mut().zip(sizes) {
        let Some(known) = size.number().and_then(|size| usize::try_from(size).ok()) else {
            let (name, sizes) = (quote::format_ident!("{name}"), sizes.map(Size::expression));
            return A::asked(quote!(#krate::__private::arithmetic::#name([#(#sizes),*])));
        };
        *number = known;
    }
    A::known(function(numbers))
}

impl Sentence {
    pub fn of<const N: usize>(parts: [Sentence; N]) -> Sentence {
        Sentence(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// `number` of what is counted: "1 input", "2 inputs".
    pub fn counted(number: &Size, what: &str) -> Sentence {
        Sentence(vec![Piece::Counted(number.clone(), what.into())])
    }

    /// One sentence if something holds, else the other.
    pub fn either(holds: Holds, sentence: Sentence, other: Sentence) -> Sentence {
        match holds {
            Holds::Known(true) => sentence,
            Holds::Known(false) => other,
            asked => Sentence(vec![Piece::Either(asked, sentence, other)]),
        }
    }

    /// A number with a fraction that only rustc knows.
    pub fn fraction(expression: TokenStream) -> Sentence {
        Sentence(vec![Piece::Fraction(expression)])
    }

    /// The text, if all of it is known.
    pub fn text(&self) -> Option<String> {
        self.0.iter().map(Piece::text).collect()
    }

    /// The parts for rustc, as a slice. `krate` is the crate where they stand.
    pub fn pieces(&self, krate: &Ident) -> TokenStream {
        let mut pieces: Vec<TokenStream> = Vec::new();
        let mut text = String::new();
        for piece in &self.0 {
            if let Some(more) = piece.text() {
                text += &more;
                continue;
            }
            if !text.is_empty() {
                let text = core::mem::take(&mut text);
                pieces.push(quote!(#krate::__private::Piece::Text(#text)));
            }
            pieces.push(piece.asked(krate));
        }
        if !text.is_empty() {
            pieces.push(quote!(#krate::__private::Piece::Text(#text)));
        }
        quote!(&[#(#pieces),*])
    }
}

impl Piece {
    fn text(&self) -> Option<String> {
        Some(match self {
            Piece::Text(text) => text.clone(),
            Piece::Number(size) => size.number()?.to_string(),
            Piece::Counted(size, what) => {
                let number = size.number()?;
                format!("{number} {what}{}", if number == 1 { "" } else { "s" })
            }
            Piece::Shape(flow) if flow.is_known() => flow.written()?,
            Piece::Shape(_) | Piece::Fraction(_) | Piece::Either(..) => return None,
        })
    }

    fn asked(&self, krate: &Ident) -> TokenStream {
        let piece = quote!(#krate::__private::Piece);
        match self {
            Piece::Text(text) => quote!(#piece::Text(#text)),
            Piece::Number(size) => {
                let size = size.expression();
                quote!(#piece::Number(#size))
            }
            Piece::Counted(size, what) => {
                let size = size.expression();
                quote!(#piece::Counted(#size, #what))
            }
            Piece::Shape(flow) => {
                let ty = &flow.ty;
                quote!(#piece::Shape(&<#ty as #krate::Shape>::DIMS))
            }
            Piece::Fraction(expression) => quote!(#piece::Fraction(#expression)),
            Piece::Either(holds, sentence, other) => {
                let (holds, [sentence, other]) = (holds.expression(), [sentence, other].map(|s| s.pieces(krate)));
                quote!(#piece::Either(#holds, #sentence, #other))
            }
        }
    }
}

impl Holds {
    pub fn expression(&self) -> TokenStream {
        match self {
            Holds::Known(known) => quote!(#known),
            Holds::Asked(expression) => expression.clone(),
        }
    }
}

/// As the macro says it; what only rustc knows is left open.
impl core::fmt::Display for Sentence {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        self.0.iter().try_for_each(|piece| f.write_str(&piece.text().unwrap_or("…".into())))
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        Sentence(vec![Piece::Text(text.into())])
    }
}

impl From<&String> for Sentence {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Sentence(vec![Piece::Text(text)])
    }
}

impl From<&Size> for Sentence {
    fn from(size: &Size) -> Self {
        Sentence(vec![Piece::Number(size.clone())])
    }
}

impl From<&Flow> for Sentence {
    fn from(flow: &Flow) -> Self {
        Sentence(vec![Piece::Shape(flow.clone())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::{extent, largest_divisor, same_output, same_padding, window_output};

    #[test]
    fn windows_stop_as_often_as_in_pytorch() {
        for ([size, kernel, stride, padding, dilation], output) in [
            ([28, 3, 1, 0, 1], 26),
            ([28, 3, 1, 1, 1], 28),
            ([32, 3, 2, 1, 1], 16),
            ([32, 1, 2, 0, 1], 16),
            ([11, 2, 2, 0, 1], 5),
            ([11, 3, 1, 2, 2], 11),
            ([5, 7, 1, 0, 1], 0),
        ] {
            assert_eq!(window_output([size, extent([kernel, dilation]), stride, padding]), output);
        }
    }

    #[test]
    fn same_divides_and_rounds_up() {
        for (size, kernel, stride, padding) in [(28, 3, 1, 1), (28, 3, 2, 0), (29, 3, 2, 1), (7, 5, 3, 2), (8, 1, 2, 0)]
        {
            assert_eq!(same_output([size, stride]), size.div_ceil(stride));
            assert_eq!(same_padding([size, kernel, stride]), padding, "{size}, {kernel}, {stride}");
        }
    }

    #[test]
    fn divisors_are_the_largest() {
        assert_eq!(largest_divisor([5, 12, 18]), 3);
        assert_eq!(largest_divisor([100, 12, 18]), 6);
        assert_eq!(largest_divisor([3, 7, 7]), 1);
    }

    #[test]
    fn numbers_are_worked_out_here_and_constants_by_rustc() {
        let (four, named) = (Size::Number(4), Size::expressed(quote!(N)));
        let sum: Size = call!(&quote!(krate), plus, four, four);
        assert_eq!(sum.number(), Some(8));
        let sum: Size = call!(&quote!(krate), plus, four, named);
        assert_eq!(sum.expression().to_string(), quote!(krate::__private::arithmetic::plus([4, N])).to_string());
        let counted = || Sentence::counted(&Size::Number(1), "input");
        assert_eq!(say![counted(), ", ", &four].text().as_deref(), Some("1 input, 4"));
        assert_eq!(say![counted(), ", ", &named].text(), None);
    }
}
