//! The built-in layers: how each is written, what it takes, what it gives.

mod attention;
mod concat;
mod conv;
mod encoder_decoder;
mod own;
mod pool;
mod recurrent;
mod residual;
mod rules;
mod sequence;
mod spatial;
mod transposed;
mod window;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitInt;
use syn::spanned::Spanned;

use crate::check::{Context, Fit, Flow, Layer};
use crate::messages;
use crate::parse::{Arg, Spec};
use crate::shape::{self, Size};
use rules::{positive, positive_rule, rule, with_rules};
use window::Over;

/// What can stand as the activation of a layer, and as a layer of its own.
pub const ACTIVATIONS: &[&str] = &["Linear", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Gelu", "Silu", "Softmax"];

/// The other layers.
const LAYERS: &[&str] = &[
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Concat",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "DepthwiseConv2d",
    "Dropout",
    "Embedding",
    "EncoderDecoder",
    "Flatten",
    "GlobalAvgPool",
    "Gru",
    "LastStep",
    "LayerNorm",
    "Lstm",
    "MaxPool1d",
    "MaxPool2d",
    "MeanOverTime",
    "MultiHeadAttention",
    "PositionalEncoding",
    "Reshape",
    "Residual",
    "Rnn",
    "SpatialDropout",
    "TimeDistributed",
    "TransformerEncoder",
    "Upsample2d",
    "ZeroPad2d",
];

/// Types that everybody knows, none of which is a layer.
const NO_LAYERS: &[&str] = &[
    "String",
    "Vec",
    "Box",
    "Option",
    "Result",
    "HashMap",
    "PhantomData",
    "Self",
    "bool",
    "char",
    "str",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
];

pub fn is_built_in(word: &str) -> bool {
    LAYERS.contains(&word) || ACTIVATIONS.contains(&word)
}

/// "`A`, `B`, `C`"
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Over how many dimensions a layer takes tokens, as far as its words tell.
pub fn takes_tokens(spec: &Spec) -> Option<usize> {
    let first = spec.args().iter().find_map(Arg::spec);
    match spec.word().as_deref() {
        Some("Embedding") => Some(1),
        Some("TimeDistributed") => first.and_then(takes_tokens).map(|dimensions| dimensions + 1),
        _ => None,
    }
}

/// Works out the type of a layer.
pub fn resolve(spec: &Spec, context: &mut Context) -> Layer {
    let word = spec.word().unwrap_or_default();
    if let Some(layer) = built_in(&word, spec, context) {
        return layer;
    }
    let known: Vec<&str> = LAYERS.iter().chain(ACTIVATIONS).copied().collect();
    if let Some(similar) = similar(&word, &known) {
        context.error(spec.path.span(), messages::unknown("layer", &word, similar));
        // what comes after is held against the layer that was probably meant
        let mut meant = spec.clone();
        meant.path = Ident::new(similar, spec.path.span()).into();
        return built_in(similar, &meant, context).unwrap_or_else(|| lost(spec.written(), spec.blame(), context));
    }
    if NO_LAYERS.contains(&word.as_str()) {
        context.error_at(spec, messages::no_layer(&spec.written()));
        return lost(spec.written(), spec.blame(), context);
    }
    own::own_layer(spec, context)
}

fn built_in(word: &str, spec: &Spec, context: &mut Context) -> Option<Layer> {
    if let Some(layer) = sequence::of_any_length(word, spec, context) {
        return Some(layer.unwrap_or_else(|| lost(spec.written(), spec.blame(), context)));
    }
    let layer = match word {
        "AvgPool1d" => pool::pool("AvgPool2d", Over::Signal, spec, context),
        "AvgPool2d" => pool::pool("AvgPool2d", Over::Image, spec, context),
        "BatchNorm1d" => spatial::batch_norm(Over::Signal, spec, context),
        "BatchNorm2d" => spatial::batch_norm(Over::Image, spec, context),
        "Concat" => concat::concat(spec, context),
        "Conv1d" => conv::conv(Over::Signal, spec, context),
        "Conv2d" => conv::conv(Over::Image, spec, context),
        "ConvTranspose2d" => transposed::conv_transpose(spec, context),
        "Dense" => dense(spec, context),
        "DepthwiseConv2d" => conv::depthwise(spec, context),
        "Dropout" => dropout(spec, context),
        "Embedding" => sequence::embedding(spec, context),
        "EncoderDecoder" => encoder_decoder::encoder_decoder(spec, context),
        "Flatten" => flatten(spec, context),
        "GlobalAvgPool" => spatial::global_avg_pool(spec, context),
        "Gru" => recurrent::recurrent("Gru", spec, context),
        "LastStep" => sequence::without_time("LastStep", spec, context),
        "LayerNorm" => layer_norm(spec, context),
        "Lstm" => recurrent::recurrent("Lstm", spec, context),
        "MaxPool1d" => pool::pool("MaxPool2d", Over::Signal, spec, context),
        "MaxPool2d" => pool::pool("MaxPool2d", Over::Image, spec, context),
        "MeanOverTime" => sequence::without_time("MeanOverTime", spec, context),
        "MultiHeadAttention" => attention::multi_head(spec, context),
        "PositionalEncoding" => attention::positional_encoding(spec, context),
        "Reshape" => spatial::reshape(spec, context),
        "Residual" => residual::residual(spec, context),
        "Rnn" => recurrent::recurrent("Rnn", spec, context),
        "SpatialDropout" => spatial::spatial_dropout(spec, context),
        "TimeDistributed" => sequence::time_distributed(spec, context),
        "TransformerEncoder" => attention::transformer_encoder(spec, context),
        "Upsample2d" => spatial::upsample(spec, context),
        "ZeroPad2d" => spatial::zero_pad(spec, context),
        name if ACTIVATIONS.contains(&name) => activation_layer(spec, name, context),
        _ => return None,
    };
    Some(layer.unwrap_or_else(|| lost(spec.written(), spec.blame(), context)))
}

/// `Dense<IN, OUT, A>`
fn dense(spec: &Spec, context: &mut Context) -> Option<Layer> {
    const EXAMPLE: &str = "Dense<64, 32, Relu>";
    let args = positional(spec, 2..=3, "inputs, outputs and perhaps an activation", EXAMPLE, context)?;
    let outputs = size(args[1], "the number of outputs", context);
    let inputs = dense_inputs(spec, args[0], context);
    // what stands in the wrong place is told once, and not in both places
    let ((inputs, fit), outputs) = (inputs?, outputs?);
    if inputs.number().is_none() && context.flow.is_none() {
        context.claims.push(positive(args[0].blame(), "Input", "the number of inputs"));
    }
    if outputs.number().is_none() {
        context.claims.push(positive(args[1].blame(), "Output", "the number of outputs"));
    }
    let krate = context.krate;
    let activation = match args.get(2) {
        Some(arg) => activation(arg, context),
        None => quote!(#krate::Linear),
    };
    let products = inputs.number().zip(outputs.number()).and_then(|(i, o)| i.checked_mul(o));
    let parameters = products.zip(outputs.number()).and_then(|(product, o)| product.checked_add(o));
    let (i, o) = (braced(&inputs), braced(&outputs));
    let ident = builtin(spec, context);
    let layer = layer(spec, quote!(#ident<#i, #o, #activation>), Flow::of(vec![outputs]), context);
    Some(Layer { blame: args[0].blame(), fit, parameters, macs: products, ..layer })
}

/// The number of inputs that a dense layer states or takes from what comes in, and whether that fits.
fn dense_inputs(spec: &Spec, arg: &Arg, context: &mut Context) -> Option<(Size, Fit)> {
    let stated = if matches!(arg, Arg::Infer(_)) { None } else { Some(size(arg, "the number of inputs", context)?) };
    let Some(flow) = context.flow.clone() else {
        if stated.is_none() {
            context.error_at(arg, messages::infer_first(&context.name.clone()));
        }
        return stated.map(|stated| (stated, Fit::Seen));
    };
    if flow.lost {
        return stated.map(|stated| (stated, Fit::Seen));
    }
    let by_rustc = Fit::Input(around_first(spec));
    match (flow.sizes.as_deref(), stated) {
        (Some([gives]), None) => Some((gives.clone(), Fit::Seen)),
        (Some([gives]), Some(takes)) if gives.same(&takes) => Some((takes, Fit::Seen)),
        (Some([Size::Number(gives)]), Some(Size::Number(takes))) => {
            differ(spec, arg, [takes, *gives], |size| format!("[{size}]"), messages::inputs, context);
            Some((Size::Number(takes), Fit::Seen))
        }
        (Some([_]) | None, Some(stated)) => Some((stated, by_rustc)),
        (Some(gives), stated) => {
            let each = spec.written();
            let each = (gives.len() == 2).then_some(each.as_str());
            let message = messages::not_a_vector(&context.name, &context.giver, &shape::written(gives), each);
            context.error(spec.path.span(), message);
            Some((stated.or(shape::count(gives).map(Size::Number))?, Fit::Seen))
        }
        (None, None) => {
            let (krate, ty) = (context.krate, &flow.ty);
            Some((Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.count())), by_rustc))
        }
    }
}

/// What is said of a layer that takes another number than the one before it gives, with what to write instead.
pub type Differ = fn(&str, u64, &str, u64, &[String; 2]) -> String;

/// The mistake that this whole crate is about: a layer takes so many where so many come in.
///
/// Where they come from the mapping, either may be wrong. `shape` is a shape with such a number.
pub fn differ(
    spec: &Spec,
    arg: &Arg,
    [takes, gives]: [u64; 2],
    shape: impl Fn(u64) -> String,
    say: Differ,
    context: &mut Context,
) {
    if let Some(mapping) = context.mapping {
        let message = messages::mapping_input(&shape(gives), &context.name.clone(), &shape(takes));
        context.error(mapping, message);
        context.lost_input = Some(context.lost_shape());
    } else {
        let cures = [gives.to_string(), "_".into()].map(|first| around_first(spec).join(&first));
        context.error_at(arg, say(&context.name, takes, &context.giver, gives, &cures));
    }
}

/// The layer as written, before and after its first argument.
fn around_first(spec: &Spec) -> [String; 2] {
    let rest: String = spec.args().iter().skip(1).map(|arg| format!(", {}", arg.written())).collect();
    [format!("{}<", spec.word().unwrap_or_default()), format!("{rest}>")]
}

/// `Dropout<0.2>`
fn dropout(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 1..=1, "the probability of a number to be dropped", "Dropout<0.2>", context)?;
    let flow = any_shape(spec, context)?;
    let rate = dropout_rate(args[0], "Dropout<0.2>", context)?;
    let (ident, shape) = (builtin(spec, context), &flow.ty);
    let ty = quote!(#ident<#rate, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), identity: true, ..layer(spec, ty, flow, context) })
}

/// The probability of a number or a channel to be dropped, by its bits. `example` is how one is written here.
fn dropout_rate(arg: &Arg, example: &str, context: &mut Context) -> Option<TokenStream> {
    let rate = match arg {
        Arg::Float(number) if number.base10_parse::<f32>().is_ok_and(|rate| (0.0..1.0).contains(&rate)) => {
            quote!(#number)
        }
        Arg::Block(tokens) => tokens.clone(),
        Arg::Spec(constant) if constant.args.is_none() => quote!(#constant),
        other => {
            context.error_at(other, messages::rate(&other.written(), example));
            return None;
        }
    };
    if !matches!(arg, Arg::Float(_)) {
        // the constant stands there once, so that rustc tells once that it is of another type
        let bound = Ident::new("__rate", arg.blame());
        context.rules.push(quote_spanned!(arg.blame()=> let #bound: ::core::primitive::f32 = #rate));
        rule(arg.blame(), quote!(assert_rate), quote!(#bound), context);
        return Some(with_rules(quote!(::core::primitive::f32::to_bits(#bound)), context));
    }
    Some(quote!({ ::core::primitive::f32::to_bits(#rate) }))
}

/// `Flatten`: any shape to the vector of its numbers.
fn flatten(spec: &Spec, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", "Flatten", context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let size = match flow.sizes.as_deref().and_then(shape::count) {
        Some(count) => Size::Number(count),
        None => Size::Computed(quote!(<#shape as #krate::Shape>::DIMS.count())),
    };
    let (ident, n) = (builtin(spec, context), braced(&size));
    let layer = layer(spec, quote!(#ident<#n, #shape>), Flow::of(vec![size]), context);
    Some(Layer { parameters: Some(0), macs: Some(0), identity: true, ..layer })
}

/// `LayerNorm`, or with the size of the innermost dimension.
fn layer_norm(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let args = positional(spec, 0..=1, "at most the size of a row", "LayerNorm", context)?;
    let stated = match args.first() {
        None | Some(Arg::Infer(_)) => None,
        Some(arg) => Some(size(arg, "the size of a row", context)?),
    };
    if context.flow.is_none()
        && let Some(row) = &stated
    {
        context.flow = Some(Flow::of(vec![row.clone()]));
    }
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, flow.ty.clone());
    let comes = match flow.sizes.as_deref().and_then(<[Size]>::last) {
        Some(size) => size.clone(),
        None => Size::Computed(quote!(<#shape as #krate::Shape>::DIMS.row())),
    };
    let fit = match (&stated, args.first()) {
        (Some(row), Some(arg)) => row_fits(spec, arg, row, &comes, &flow, context),
        _ => Fit::Seen,
    };
    let row = stated.unwrap_or(comes);
    let (ident, n) = (builtin(spec, context), braced(&row));
    let parameters = row.number().map(|n| 2 * n);
    let macs = flow.sizes.as_deref().and_then(shape::count);
    let layer = layer(spec, quote!(#ident<#n, #shape>), flow, context);
    let blame = args.first().map_or(layer.blame, |arg| arg.blame());
    Some(Layer { blame, fit, parameters, macs, ..layer })
}

/// The size of a row that is stated is that of the rows that come in.
fn row_fits(spec: &Spec, arg: &Arg, row: &Size, comes: &Size, flow: &Flow, context: &mut Context) -> Fit {
    match (row.number(), comes.number()) {
        (Some(takes), Some(gives)) if takes != gives => {
            let shape = |row| {
                let outer = flow.sizes.iter().flat_map(|sizes| sizes.iter().take(sizes.len().saturating_sub(1)));
                flow.kind.written(&outer.cloned().chain([Size::Number(row)]).collect::<Vec<_>>())
            };
            differ(spec, arg, [takes, gives], shape, messages::rows, context);
            Fit::Seen
        }
        (Some(_), Some(_)) => Fit::Seen,
        _ => Fit::Row(row.expression(), around_first(spec)),
    }
}

/// An activation as a layer: `Relu`.
fn activation_layer(spec: &Spec, name: &str, context: &mut Context) -> Option<Layer> {
    positional(spec, 0..=0, "no arguments", name, context)?;
    let flow = any_shape(spec, context)?;
    let (krate, shape) = (context.krate, &flow.ty);
    let activation = builtin(spec, context);
    let ty = quote!(#krate::Activate<#activation, #shape>);
    Some(Layer { parameters: Some(0), macs: Some(0), ..layer(spec, ty, flow, context) })
}

/// Stands for a layer whose mistake has been told.
pub fn lost(written: String, blame: Span, context: &Context) -> Layer {
    let ty = context.lost_layer();
    let gives = Flow { lost: true, ..Flow::unknown(context.lost_shape()) };
    Layer {
        ty,
        written,
        name: context.name.clone(),
        blame,
        fit: Fit::Seen,
        claims: Vec::new(),
        gives,
        parameters: None,
        macs: None,
        identity: false,
    }
}

/// A layer that gives this.
fn layer(spec: &Spec, ty: TokenStream, gives: Flow, context: &Context) -> Layer {
    let (name, written, blame) = (context.name.clone(), spec.written(), spec.blame());
    Layer {
        ty,
        written,
        name,
        blame,
        fit: Fit::Seen,
        claims: Vec::new(),
        gives,
        parameters: None,
        macs: None,
        identity: false,
    }
}

/// What comes into a layer that takes any shape.
fn any_shape(spec: &Spec, context: &mut Context) -> Option<Flow> {
    if context.flow.is_none() {
        context.error(spec.path.span(), messages::shape_first(&context.name.clone()));
    }
    context.flow.clone().filter(|flow| !flow.lost)
}

/// The arguments without settings, if there are as many as there may be.
fn positional<'a>(
    spec: &'a Spec,
    count: core::ops::RangeInclusive<usize>,
    wanted: &str,
    example: &str,
    context: &mut Context,
) -> Option<Vec<&'a Arg>> {
    let name = spec.word().unwrap_or_default();
    let mut list = Vec::new();
    for arg in spec.args() {
        match arg {
            Arg::Setting(setting, _) => {
                let plain = |arg: &Arg| if let Arg::Setting(_, value) = arg { value.written() } else { arg.written() };
                let cure = format!("{name}<{}>", spec.args().iter().map(plain).collect::<Vec<_>>().join(", "));
                let cure = if count.contains(&spec.args().len()) { &cure } else { example };
                context.error(setting.span(), messages::by_position(&name, setting, cure));
                return None;
            }
            other => list.push(other),
        }
    }
    if list.len() > *count.end() {
        context.error_at(list[*count.end()], messages::arguments(&name, wanted, example));
        return None;
    }
    if list.len() < *count.start() {
        let span = spec.args.as_ref().map_or(spec.path.span(), |args| args.end);
        context.error(span, messages::arguments(&name, wanted, example));
        return None;
    }
    Some(list)
}

/// An argument that is a size.
fn size(arg: &Arg, what: &str, context: &mut Context) -> Option<Size> {
    match arg {
        Arg::Integer(number) => Some(integer(number, what, context)),
        Arg::Block(tokens) => Some(Size::Expression(tokens.clone())),
        Arg::Spec(spec) if spec.args.is_none() => {
            let word = spec.word().unwrap_or_default();
            if ACTIVATIONS.contains(&word.as_str()) {
                context.error_at(arg, messages::activation_as_size(what, &word));
                return None;
            }
            Some(Size::Expression(quote!(#spec)))
        }
        other => {
            context.error_at(other, messages::not_a_size(what, &other.written()));
            None
        }
    }
}

/// A size that is written out. A wrong one is told of and taken for 1.
pub fn integer(number: &LitInt, what: &str, context: &mut Context) -> Size {
    let wrong = if number.base10_digits().starts_with('-') {
        messages::negative(what)
    } else if !matches!(number.suffix(), "" | "usize") {
        messages::not_a_size(what, &number.to_string())
    } else {
        match number.base10_parse::<u64>() {
            Ok(0) => messages::zero(what),
            Ok(size) if size <= u64::from(u32::MAX) => return Size::Number(size),
            _ => messages::too_large(number.base10_digits()),
        }
    };
    // in a macro, what is written once may stand in two places
    let place = format!("{:?}", number.span());
    if !context.wrong_numbers.contains(&place) {
        context.wrong_numbers.push(place);
        context.error(number.span(), wrong);
    }
    Size::Number(1)
}

/// An argument that is an activation, as a type.
fn activation(arg: &Arg, context: &mut Context) -> TokenStream {
    let krate = context.krate;
    if let Arg::Spec(spec) = arg {
        let word = spec.word().unwrap_or_default();
        if ACTIVATIONS.contains(&word.as_str()) {
            if let Some(args) = spec.args.as_ref().filter(|args| !args.list.is_empty()) {
                context.error_at(&args.list[0], messages::arguments(&word, "no arguments", &word));
            }
            return builtin(spec, context);
        }
        if let Some(similar) = similar(&word, ACTIVATIONS) {
            context.error_at(arg, messages::unknown("activation", &word, similar));
            return quote!(#krate::Linear);
        }
        if !LAYERS.contains(&word.as_str()) && !NO_LAYERS.contains(&word.as_str()) {
            return own::must_be_activation(&quote!(#spec), spec.blame(), context);
        }
    }
    context.error_at(arg, messages::not_an_activation(&arg.written()));
    quote!(#krate::Linear)
}

/// The path of a built-in type, with the word as the user wrote it.
fn builtin(spec: &Spec, context: &Context) -> TokenStream {
    let (krate, path) = (context.krate, &spec.path);
    quote!(#krate::#path)
}

/// A size as a const argument.
fn braced(size: &Size) -> TokenStream {
    let expression = size.expression();
    match size {
        Size::Expression(tokens) if !is_block(tokens) => quote!({ #expression }),
        Size::Computed(_) => quote!({ #expression }),
        _ => expression,
    }
}

fn is_block(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    matches!((tokens.next(), tokens.next()), (Some(proc_macro2::TokenTree::Group(_)), None))
}

/// The known word that `word` is probably a slip of the pen for. `Dense2` is none: people number their own layers.
pub fn similar<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if word.is_empty() || known.contains(&stem) {
        return None;
    }
    let allowed = |name: &str| if name.len() < 5 { 1 } else { 2 };
    known
        .iter()
        .map(|name| (distance(&word.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= allowed(name))
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised_and_own_names_left_alone() {
        assert_eq!(similar("Dens", LAYERS), Some("Dense"));
        assert_eq!(similar("dense", LAYERS), Some("Dense"));
        assert_eq!(similar("Desne", LAYERS), Some("Dense"));
        assert_eq!(similar("ReLU6x", ACTIVATIONS), None);
        assert_eq!(similar("ReLu", ACTIVATIONS), Some("Relu"));
        assert_eq!(similar("Dense2", LAYERS), None);
        assert_eq!(similar("Scale", LAYERS), None);
    }
}
