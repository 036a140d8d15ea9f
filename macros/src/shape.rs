//! Shapes as the macro knows them: plain data, where each size is a number or an expression that only rustc can work out.

use proc_macro2::TokenStream;
use quote::quote;

/// One size of a shape.
#[derive(Clone)]
pub enum Size {
    /// A number that is written out.
    Number(u64),
    /// A constant or expression of the user's: as it is written, and what has its value.
    Expression { written: TokenStream, value: TokenStream },
    /// An expression for what only rustc can work out.
    Computed(TokenStream),
}

impl Size {
    pub fn number(&self) -> Option<u64> {
        match self {
            Size::Number(number) => Some(*number),
            Size::Expression { .. } | Size::Computed(_) => None,
        }
    }

    /// A constant or expression of the user's that stands for itself.
    pub fn expressed(written: TokenStream) -> Size {
        Size::Expression { value: written.clone(), written }
    }

    /// As an expression of type `usize`.
    pub fn expression(&self) -> TokenStream {
        match self {
            Size::Number(number) => {
                let literal = proc_macro2::Literal::u64_unsuffixed(*number);
                quote!(#literal)
            }
            Size::Expression { value: tokens, .. } | Size::Computed(tokens) => tokens.clone(),
        }
    }

    fn written(&self) -> String {
        match self {
            Size::Number(number) => number.to_string(),
            Size::Expression { written, .. } => crate::tokens::tidy(written),
            Size::Computed(_) => "_".into(),
        }
    }

    /// Whether the two are the same number or the same words.
    pub fn same(&self, other: &Size) -> bool {
        match (self, other) {
            (Size::Number(a), Size::Number(b)) => a == b,
            (Size::Expression { written: a, .. }, Size::Expression { written: b, .. })
            | (Size::Computed(a), Size::Computed(b)) => a.to_string() == b.to_string(),
            _ => false,
        }
    }

    /// Whether the two are numbers that differ.
    pub fn differs(&self, other: &Size) -> bool {
        matches!((self.number(), other.number()), (Some(a), Some(b)) if a != b)
    }
}

/// The sizes of a shape, outermost first.
pub type Sizes = Vec<Size>;

/// What a shape is besides its sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Kind {
    /// The first size is the most that there may be: a sequence of up to that number of steps.
    pub at_most: bool,
    /// It is made of tokens, not of numbers.
    pub tokens: bool,
}

impl Kind {
    /// An array of numbers.
    pub fn is_tensor(self) -> bool {
        self == Kind::default()
    }

    /// `[..12, 8]`
    pub fn written(self, sizes: &[Size]) -> String {
        let text = written(sizes);
        let text = if self.at_most { text.replacen('[', "[..", 1) } else { text };
        if self.tokens { text + " of tokens" } else { text }
    }

    /// `Padded<[f32; 8], 12>`
    pub fn ty(self, krate: &TokenStream, sizes: &[Size]) -> TokenStream {
        let wrap = |inner: TokenStream, size: &Size| {
            let size = size.expression();
            quote!([#inner; #size])
        };
        let one = if self.tokens { quote!(#krate::Token) } else { quote!(::core::primitive::f32) };
        match sizes.split_first() {
            Some((most, steps)) if self.at_most => {
                let step = steps.iter().rev().fold(one, wrap);
                let most = most.expression();
                quote!(#krate::Padded<#step, { #most }>)
            }
            _ => sizes.iter().rev().fold(one, wrap),
        }
    }
}

/// `[1, 28, 28]`
pub fn written(sizes: &[Size]) -> String {
    format!("[{}]", sizes.iter().map(Size::written).collect::<Vec<_>>().join(", "))
}

/// `[[[f32; 28]; 28]; 1]`
pub fn array(sizes: &[Size]) -> TokenStream {
    Kind::default().ty(&TokenStream::new(), sizes)
}

/// Whether two shapes cannot be the same, as far as numbers tell.
pub fn differ(a: &[Size], b: &[Size]) -> bool {
    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.differs(b))
}

/// Whether all sizes are numbers.
pub fn known(sizes: &[Size]) -> bool {
    sizes.iter().all(|size| size.number().is_some())
}

/// How many numbers a shape holds, if all sizes are known and the product fits.
pub fn count(sizes: &[Size]) -> Option<u64> {
    sizes.iter().try_fold(1, |product: u64, size| product.checked_mul(size.number()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(numbers: &[u64]) -> Sizes {
        numbers.iter().map(|n| Size::Number(*n)).collect()
    }

    #[test]
    fn arrays_nest_outermost_first() {
        assert_eq!(array(&sizes(&[1, 28, 30])).to_string(), "[[[:: core :: primitive :: f32 ; 30] ; 28] ; 1]");
        assert_eq!(written(&sizes(&[1, 28, 30])), "[1, 28, 30]");
    }

    #[test]
    fn sequences_say_what_they_are() {
        let (padded, tokens) = (Kind { at_most: true, tokens: false }, Kind { at_most: true, tokens: true });
        assert_eq!(padded.written(&sizes(&[12, 8])), "[..12, 8]");
        assert_eq!(tokens.written(&sizes(&[12])), "[..12] of tokens");
        let ty = |kind: Kind, numbers: &[u64]| kind.ty(&quote!(krate), &sizes(numbers)).to_string();
        assert_eq!(ty(padded, &[12, 8]), "krate :: Padded < [:: core :: primitive :: f32 ; 8] , { 12 } >");
        assert_eq!(ty(tokens, &[12]), "krate :: Padded < krate :: Token , { 12 } >");
        assert_eq!(ty(Kind { at_most: false, ..tokens }, &[3, 12]), "[[krate :: Token ; 12] ; 3]");
    }

    #[test]
    fn shapes_differ_in_rank_or_number_but_not_where_unknown() {
        let named = || Size::expressed(quote!(N));
        assert!(differ(&sizes(&[4]), &sizes(&[4, 1])));
        assert!(differ(&sizes(&[4, 2]), &sizes(&[4, 3])));
        assert!(!differ(&sizes(&[4]), &[named()]));
        assert!(!differ(&sizes(&[4, 2]), &sizes(&[4, 2])));
    }

    #[test]
    fn counts_are_products() {
        assert_eq!(count(&sizes(&[2, 3, 4])), Some(24));
        assert_eq!(count(&[Size::Number(2), Size::expressed(quote!(N))]), None);
        assert_eq!(count(&sizes(&[u64::MAX, 2])), None);
    }
}
