//! Windows that go over images and signals: what the layers that have one are given, and the arithmetic of their sizes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::arguments::Written;
use super::common::{braced, size};
use super::rules::{positive_rule, with_rules};
use crate::ast::{Arg, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::Flow;
use crate::sentence::{Holds, call};
use crate::shape;
use crate::shape::{Size, Sizes};
use crate::words::similar;

/// How many directions a window goes: over the rows and columns of an image, or along a signal.
#[derive(Clone, Copy, PartialEq)]
pub enum Over {
    Image,
    Signal,
}

impl Over {
    fn directions(self) -> usize {
        if self == Over::Image { 2 } else { 1 }
    }

    /// "high", of a direction.
    fn extent(self, direction: usize) -> &'static str {
        match (self, direction) {
            (Over::Signal, _) => "long",
            (_, 0) => "high",
            _ => "wide",
        }
    }

    /// "rows", of a direction.
    fn counted(self, direction: usize) -> &'static str {
        match (self, direction) {
            (Over::Signal, _) => "steps",
            (_, 0) => "rows",
            _ => "columns",
        }
    }
}

/// A number for each direction, from one argument: `3`, or `(3, 5)` for images.
pub fn each(over: Over, arg: &Arg, what: &str, least: u64, context: &mut Context) -> Option<Vec<Size>> {
    match arg {
        Arg::Pair(_, pair) if over == Over::Image => {
            pair.iter().map(|arg| at_least(arg, what, least, context)).collect()
        }
        Arg::Pair(..) | Arg::Sizes(..) => {
            context.error_at(arg, messages::not_a_window(what, &arg.written(), over == Over::Image));
            None
        }
        arg => Some(vec![at_least(arg, what, least, context)?; over.directions()]),
    }
}

/// A size that may be zero if `least` is.
fn at_least(arg: &Arg, what: &str, least: u64, context: &mut Context) -> Option<Size> {
    match arg {
        Arg::Integer(number) if least == 0 && number.base10_digits() == "0" => Some(Size::Number(0)),
        arg => {
            let size = size(arg, what, context)?;
            if least > 0 {
                positive_rule(Some(&size), arg, what, context);
            }
            Some(size)
        }
    }
}

/// One direction of a window.
pub struct Side {
    pub input: Size,
    pub kernel: Size,
    pub stride: Size,
    /// Zeros before the first number.
    pub padding: Size,
    pub dilation: Size,
    pub output: Size,
}

/// What is written of a window.
pub struct Settings<'a> {
    pub over: Over,
    pub kernel: Vec<Size>,
    /// Where the kernel is written.
    pub kernel_arg: &'a Arg,
    /// The stride if none is written.
    pub stride: Option<Vec<Size>>,
}

/// Works out the sides of a window over sides of these sizes.
pub fn sides(
    spec: &Spec,
    written: &Written,
    settings: &Settings,
    inputs: &[Size],
    context: &mut Context,
) -> Option<Vec<Side>> {
    let Settings { over, kernel, .. } = settings;
    let ones = || vec![Size::Number(1); over.directions()];
    let stride = match written.setting("stride") {
        Some(arg) => each(*over, arg, "a stride", 1, context)?,
        None => settings.stride.clone().unwrap_or_else(ones),
    };
    let dilation = match written.setting("dilation") {
        Some(arg) => each(*over, arg, "a dilation", 1, context)?,
        None => ones(),
    };
    let same = written.setting("padding").is_some_and(|arg| arg.written() == "same");
    let padding = match written.setting("padding") {
        // a constant may be meant, but those are written in capitals
        Some(arg) if arg.written().contains(char::is_lowercase) && similar(&arg.written(), &["same"]).is_some() => {
            context.error_at(arg, messages::padding(&arg.written()));
            return None;
        }
        Some(arg) if !same => each(*over, arg, "padding", 0, context)?,
        _ => vec![Size::Number(0); over.directions()],
    };
    let drop = written.word("remainder", "drop", context);
    let mut sides = Vec::new();
    let mut good = true;
    for direction in 0..over.directions() {
        let [input, kernel, stride, padding, dilation] =
            [inputs, kernel, &stride, &padding, &dilation].map(|sizes| sizes[direction].clone());
        let mut side = Side { input, kernel, stride, padding, dilation, output: Size::Number(1) };
        good &= side.work_out(same, drop, direction, spec, settings, written, context);
        sides.push(side);
        if !good {
            break; // the other direction has the same mistake more often than not
        }
    }
    good.then_some(sides)
}

impl Side {
    /// Computes the output, and the padding where it is `same`. Returns whether that is possible.
    #[allow(clippy::too_many_arguments)] // what messages need
    fn work_out(
        &mut self,
        same: bool,
        drop: bool,
        direction: usize,
        spec: &Spec,
        settings: &Settings,
        written: &Written,
        context: &mut Context,
    ) -> bool {
        let krate = context.krate;
        let Side { input, kernel, stride, padding, dilation, .. } = &*self;
        let extent: Size = call!(krate, extent, kernel, dilation);
        if same {
            let (output, padding) =
                (call!(krate, same_output, input, stride), call!(krate, same_padding, input, extent, stride));
            (self.output, self.padding) = (output, padding);
            return true;
        }
        let (name, giver) = (context.name.clone(), context.giver.clone());
        let windows = messages::Windows { layer: &name, before: &giver, extent: &extent, input };

        let padded: Size = call!(krate, padded, input, padding);
        let [most, more]: [Size; 2] =
            [call!(krate, largest_kernel, input, padding, dilation), call!(krate, least_padding, input, extent)];
        let (word, is_padded) = (settings.over.extent(direction), call!(krate, positive, padding));
        let message = messages::window_too_large(&windows, word, (is_padded, &padded), [&most, &more]);
        if !context.check(settings.kernel_arg, call!(krate, window_fits, input, extent, padding), message) {
            return false;
        }
        if let Some(arg) = written.setting("padding") {
            let most: Size = call!(krate, one_less, extent);
            let message = messages::too_much_padding(&name, [padding, &extent, &most]);
            if !context.check(arg, call!(krate, is_less, padding, extent), message) {
                return false;
            }
        }
        if !drop {
            let reaches: Holds = call!(krate, reaches_the_end, input, extent, stride, padding);
            let left: Size = call!(krate, left_out, input, extent, stride, padding);
            let shown = format!("{}, remainder = drop>", spec.written().trim_end_matches('>'));
            let counted = settings.over.counted(direction);
            let message = messages::remainder(&windows, stride, (call!(krate, is_one, left), &left), counted, &shown);
            let arg = written.setting("stride").unwrap_or(settings.kernel_arg);
            if let (Holds::Known(false), Some(drops)) = (&reaches, &mut context.drops) {
                *drops = true; // as other frameworks do
            } else if !context.check(arg, reaches, message) {
                return false;
            }
        }
        self.output = call!(krate, window_output, input, extent, stride, padding);
        true
    }
}

/// `Side<…>` of each side; the first holds the checks of the layer.
pub fn side_types(sides: &[Side], context: &mut Context) -> Vec<TokenStream> {
    let krate = context.krate;
    let mut types = Vec::new();
    for side in sides {
        let input = with_rules(braced(&side.input), context);
        let rest = [&side.kernel, &side.output, &side.stride, &side.padding, &side.dilation].map(braced);
        types.push(quote!(#krate::layers::Side<#input, #(#rest),*>));
    }
    types
}

/// The window of a layer, of the memory that it borrows in inference and in training if it is a convolution.
pub fn window_type(sides: &[Side], memory: &[TokenStream], context: &mut Context) -> TokenStream {
    let krate = context.krate;
    let window = format_ident!("Window{}d", sides.len());
    let sides = side_types(sides, context);
    quote!(#krate::layers::#window<#(#sides),* #(, #memory)*>)
}

/// A number of each side, vertical first; `row` for that of the one row along a signal.
pub fn pair(sides: &[Side], row: u64, of: impl Fn(&Side) -> &Size) -> [Size; 2] {
    match sides {
        [vertical, horizontal] => [of(vertical).clone(), of(horizontal).clone()],
        sides => [Size::Number(row), sides.first().map_or(Size::Number(1), |side| of(side).clone())],
    }
}

/// Planes of `count` numbers, as nearly square as can be.
fn planes_of(over: Over, count: u64, channels: u64) -> Sizes {
    let area = count / channels;
    let height = match over {
        Over::Image => (1..=area.isqrt()).rev().find(|height| area.is_multiple_of(*height)),
        Over::Signal => None,
    };
    let sides = height.map_or(vec![area], |height| vec![height, area / height]);
    core::iter::once(channels).chain(sides).map(Size::Number).collect()
}

/// The channels and sides of the input, if it is an image or a signal.
pub fn planes(over: Over, spec: &Spec, channels: Option<&Size>, context: &mut Context) -> Option<(Flow, Sizes)> {
    let rank = over.directions() + 1;
    let Some(flow) = context.flow.clone() else {
        let channels = channels.and_then(Size::number);
        context.error(spec.blame(), messages::planes_first(&context.name.clone(), over == Over::Image, channels));
        return None;
    };
    if flow.lost {
        return None;
    }
    match &flow.sizes {
        Some(sizes) if sizes.len() == rank => Some((flow.clone(), sizes.clone())),
        Some(sizes) => {
            let image = over == Over::Image;
            let reshaped = shape::count(sizes).filter(|_| !flow.kind.at_most).map(|count| {
                let channels = channels.and_then(Size::number).filter(|channels| count.is_multiple_of(*channels));
                shape::written(&planes_of(over, count, channels.unwrap_or(1)))
            });
            let message = messages::not_planes(&context.name, image, &context.giver, shape::written(sizes), reshaped);
            context.error(spec.blame(), message);
            None
        }
        None => {
            let (krate, ty) = (context.krate, &flow.ty);
            let size = |i: usize| Size::Computed(quote!(#krate::__private::size_of_dimension::<#ty>(#rank, #i)));
            let sizes = (0..rank).map(size).collect();
            let holds = Holds::Asked(quote!(#krate::__private::has_rank::<#ty>(#rank)));
            let message = messages::not_planes(&context.name, over == Over::Image, &context.giver, &flow, None);
            context.check_layer(spec, holds, message);
            Some((flow, sizes))
        }
    }
}
