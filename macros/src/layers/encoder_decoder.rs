//! `EncoderDecoder<[…], AttentionDecoder<…>, source = 12, target = 24>`.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::{Written, arguments, written};
use super::common::{braced, layer, size};
use super::nested::{inner, inner_claims};
use super::resolve::list;
use super::rules::{positive_rule, with_rules};
use crate::ast::{Arg, Spec};
use crate::claims::asked;
use crate::context::Context;
use crate::messages;
use crate::model::{Flow, Layer};
use crate::sentence::{Holds, call};
use crate::shape::{Kind, Size};
use crate::tokens::{chain, krate_at};

const NAME: &str = "EncoderDecoder";
const EXAMPLE: &str =
    "[Embedding<48, 64>, Gru<64, 64, bidirectional = true>], AttentionDecoder<48, 64, 128>, source = 12, target = 24";
const WANTED: &str = "an encoder, a decoder, and the most words of a source and of a target";

/// Tokens of up to a number of steps.
const TOKENS: Kind = Kind { at_most: true, tokens: true };

pub fn encoder_decoder(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let written = written(spec, &["source", "target"], context)?;
    arguments(&written, spec, 2..=2, NAME, WANTED, EXAMPLE, context)?;
    if let Some(flow) = context.flow.clone() {
        if !flow.lost {
            context.error(context.mapping.unwrap_or(spec.blame()), messages::pair_first(&context.name.clone()));
        }
        return None;
    }
    let [source, target] = ["source", "target"].map(|setting| most(&written, setting, spec, context));
    let (source, target) = (source?, target?);
    let krate = context.krate;
    let tokens = |most: &Size| Flow::of_kind(krate, vec![most.clone()], TOKENS);
    let decoder_name = written.positional[1].spec().and_then(Spec::word).unwrap_or_default();
    let encoder = encoder(written.positional[0], tokens(&source), &decoder_name, context);
    let decoder_spec = written.positional[1].spec().filter(|spec| is_decoder(spec));
    let Some(decoder_spec) = decoder_spec else {
        context.error(written.positional[1].blame(), messages::decoder(&written.positional[1].written()));
        return None;
    };
    let mut encoder = encoder?;
    let ends = Ends { source, target, memory: encoder.gives, giver: encoder.giver };
    let decoder = decoder(decoder_spec, &ends, context)?;

    let place = if decoder.known.is_some() { after_known_tokens } else { first_inner };
    context.claims.extend(inner_claims(&mut encoder.layers, place));
    let (encoder_ty, decoder_ty) = (&encoder.ty, &decoder.ty);
    let encoder_ty = match &decoder.known {
        Some(words) => {
            let (words, source) = (braced(words), &tokens(&ends.source).ty);
            chain(krate, &[quote!(#krate::layers::KnownTokens<#words, #source>), encoder_ty.clone()])
        }
        None => encoder_ty.clone(),
    };
    let ty = quote!(#krate::layers::EncoderDecoder<#encoder_ty, #decoder_ty>);
    let sizes = vec![ends.target.clone(), decoder.says];
    let gives = Flow::of_kind(krate, sizes, Kind { at_most: true, tokens: false });
    let sum = |of: fn(&Layer) -> Option<u64>, decoder: Option<u64>| {
        encoder.layers.iter().map(of).try_fold(decoder?, |sum, more| sum.checked_add(more?))
    };
    let parameters = sum(|layer| layer.parameters, decoder.parameters);
    let macs = sum(|layer| layer.macs, decoder.macs);
    Some(Layer { parameters, macs, ..layer(spec, ty, gives, context) })
}

fn is_decoder(spec: &Spec) -> bool {
    matches!(spec.word().as_deref(), Some("AttentionDecoder" | "CopyingDecoder"))
}

/// The most words of a source or a target.
fn most(written: &Written, setting: &str, spec: &Spec, context: &mut Context) -> Option<Size> {
    let Some(arg) = written.setting(setting) else {
        let end = spec.args.as_ref().map_or(spec.blame(), |args| args.end);
        context.error(end, messages::most_words(&context.name.clone(), setting));
        return None;
    };
    let what = format!("the most words of a {setting}");
    let most = size(arg, &what, context)?;
    positive_rule(Some(&most), arg, &what, context);
    Some(most)
}

/// The layers of the encoder.
struct Encoder {
    ty: TokenStream,
    layers: Vec<Layer>,
    gives: Flow,
    /// The layer that gives it, in messages.
    giver: String,
}

/// The type of the chain of the encoder's layers.
fn first_inner(ty: &TokenStream) -> TokenStream {
    inner(ty, "First")
}

/// The same, behind the layer that finds out which tokens are known.
fn after_known_tokens(ty: &TokenStream) -> TokenStream {
    inner(&first_inner(ty), "Second")
}

fn encoder(arg: &Arg, source: Flow, decoder: &str, context: &mut Context) -> Option<Encoder> {
    let specs: Option<Vec<&Spec>> = match arg {
        Arg::Sizes(_, list) => list.iter().map(Arg::spec).collect(),
        arg => arg.spec().map(|spec| vec![spec]),
    };
    let Some(specs) = specs.filter(|specs| !specs.is_empty()) else {
        context.error_at(arg, messages::ENCODER);
        return None;
    };
    context.flow = Some(source);
    let giver = core::mem::replace(&mut context.giver, "the source".into());
    let outer = context.fits.replace(Vec::new());
    let layers = list(&specs, context);
    (context.flow, context.giver) = (None, giver);
    let fits = core::mem::replace(&mut context.fits, outer);
    let layers = layers?;
    let ends = layers.last().and_then(|last| ends_with_steps(last, decoder));
    context.rules.extend(fits.into_iter().flatten().chain(ends));
    let types: Vec<_> = layers.iter().map(|layer| layer.ty.clone()).collect();
    let last = layers.last()?;
    Some(Encoder {
        ty: chain(context.krate, &types),
        gives: last.gives.clone(),
        giver: format!("`{}`", last.written),
        layers,
    })
}

/// Where only rustc knows the output of an encoder: checks that these are steps, at which the decoder looks.
fn ends_with_steps(last: &Layer, decoder: &str) -> Option<TokenStream> {
    let (krate, ty) = (krate_at(last.blame), &last.ty);
    last.gives.sizes.is_none().then(|| {
        let memory = quote!(<#ty as #krate::Layer>::Output);
        let steps = Holds::Asked(quote!(#krate::__private::has_steps::<#memory>()));
        let message = messages::no_memory(decoder, &format!("`{}`", last.written), &Flow::unknown(memory));
        asked(last.blame, &steps, &message)
    })
}

/// What a decoder stands between.
struct Ends {
    source: Size,
    target: Size,
    /// What the encoder gives.
    memory: Flow,
    giver: String,
}

struct Decoder {
    ty: TokenStream,
    /// The number of words that it can produce.
    says: Size,
    /// The vocabulary, if words that are not in it are known by their place in the source.
    known: Option<Size>,
    parameters: Option<u64>,
    macs: Option<u64>,
}

/// `AttentionDecoder<VOCAB, DIM, HIDDEN, cell = Lstm, score = Additive<64>, embedding = tied>`, and `CopyingDecoder` likewise.
fn decoder(spec: &Spec, ends: &Ends, context: &mut Context) -> Option<Decoder> {
    let name = spec.word()?;
    let written = written(spec, &["cell", "score", "embedding"], context)?;
    let wanted = "the size of its vocabulary and of its vectors, and units";
    arguments(&written, spec, 3..=3, &name, wanted, "48, 64, 128", context)?;
    let what = ["the size of a vocabulary", "the size of the vectors", "the number of units"];
    let mut sizes = Vec::new();
    for (arg, what) in written.positional.iter().zip(what) {
        let size = size(arg, what, context)?;
        positive_rule(Some(&size), arg, what, context);
        sizes.push(size);
    }
    let [words, dim, units] = <[Size; 3]>::try_from(sizes).ok()?;
    let features = memory_features(spec, ends, context)?;
    let (cell, gates) = cell(&written, context)?;
    let score = score(&written, &units, &features, ends, context)?;
    let tied = written.word("embedding", "tied", context);
    let copies = name == "CopyingDecoder";
    let says = if copies { call!(context.krate, plus, words, ends.source) } else { words.clone() };

    let krate = context.krate;
    let score_ty = score.ty(&units, &features, context);
    let [w, d, u, m, o] = [&words, &dim, &units, &features, &says].map(braced);
    let u = with_rules(u, context);
    let projection = if tied { quote!(#krate::layers::Tied<#w>) } else { quote!(#krate::Dense<#d, #w>) };
    let [source, target] = [&ends.source, &ends.target].map(|most| TOKENS.ty(krate, core::slice::from_ref(most)));
    let (ident, memory) = (quote::format_ident!("{name}", span = spec.blame()), &ends.memory.ty);
    let out = copies.then(|| quote!(#o,));
    let ty =
        quote!(#krate::layers::#ident<#out #w, #d, #cell, #u, #m, #score_ty, #projection, #source, #memory, #target>);

    let numbers = [&words, &dim, &units, &features, &ends.source, &ends.target].map(small);
    let counts = match numbers {
        [Some(v), Some(d), Some(u), Some(m), Some(s), Some(t)] => score.counts(u, m).map(|counted| {
            let recurrent = gates * u * (d + u);
            let parameters = v * d + recurrent + 2 * gates * u + counted.weights + d * (u + m) + d + v;
            let parameters = parameters + if tied { 0 } else { v * d } + if copies { u + m + d + 1 } else { 0 };
            let attention = t * counted.query + s * counted.key + t * s * (counted.both + m);
            let macs = t * recurrent + attention + t * (u + m) * d + t * d * v;
            [parameters, macs + if copies { t * (u + m + d) } else { 0 }]
        }),
        _ => None,
    };
    let [parameters, macs] = [0, 1].map(|i| counts.and_then(|counts| u64::try_from(counts[i]).ok()));
    Some(Decoder { ty, says, known: copies.then_some(words), parameters, macs })
}

/// A number of which products of four do not overflow.
fn small(size: &Size) -> Option<u128> {
    size.number().filter(|number| *number <= u64::from(u32::MAX >> 2)).map(u128::from)
}

/// The features of what the encoder gives at each step.
fn memory_features(spec: &Spec, ends: &Ends, context: &mut Context) -> Option<Size> {
    match ends.memory.sizes.as_deref() {
        Some([_, features]) if ends.memory.kind.at_most && !ends.memory.kind.tokens => Some(features.clone()),
        Some(_) => {
            let shape = ends.memory.written().unwrap_or_default();
            context.error(spec.blame(), messages::no_memory(&spec.word()?, &ends.giver, &shape));
            None
        }
        None => {
            let (krate, ty) = (context.krate, &ends.memory.ty);
            Some(Size::Computed(quote!(<#ty as #krate::Shape>::DIMS.row())))
        }
    }
}

/// The equations of the recurrent layer, and how many gates they have.
fn cell(written: &Written, context: &mut Context) -> Option<(TokenStream, u128)> {
    let krate = context.krate;
    let Some(arg) = written.setting("cell") else { return Some((quote!(#krate::layers::GruCell), 3)) };
    match arg.written().as_str() {
        "Gru" => Some((quote!(#krate::layers::GruCell), 3)),
        "Lstm" => Some((quote!(#krate::layers::LstmCell), 4)),
        "Rnn" => Some((quote!(#krate::layers::RnnCell<#krate::Tanh>), 1)),
        found => {
            context.error_at(arg, messages::not_one_of("cell", &["Gru", "Lstm", "Rnn"], found));
            None
        }
    }
}

/// How a decoder scores its memory.
enum Score {
    Dot,
    Bilinear,
    Additive(Size),
}

/// The weights of a score, and its operations for each query, for each step of memory and for each of both.
struct Counted {
    weights: u128,
    query: u128,
    key: u128,
    both: u128,
}

impl Score {
    fn counts(&self, units: u128, features: u128) -> Option<Counted> {
        Some(match self {
            Score::Dot => Counted { weights: 0, query: 0, key: 0, both: units },
            Score::Bilinear => Counted { weights: units * features, query: 0, key: units * features, both: units },
            Score::Additive(hidden) => {
                let hidden = small(hidden)?;
                let [query, key] = [units * hidden, features * hidden];
                Counted { weights: query + key + hidden, query, key, both: hidden }
            }
        })
    }

    fn ty(&self, units: &Size, features: &Size, context: &Context) -> TokenStream {
        let (krate, [u, m]) = (context.krate, [units, features].map(braced));
        match self {
            Score::Dot => quote!(#krate::layers::Dot),
            Score::Bilinear => quote!(#krate::layers::Bilinear<#u, #m>),
            Score::Additive(hidden) => {
                let hidden = braced(hidden);
                quote!(#krate::layers::Additive<#u, #m, #hidden>)
            }
        }
    }
}

/// The setting `score`.
fn score(written: &Written, units: &Size, features: &Size, ends: &Ends, context: &mut Context) -> Option<Score> {
    let Some(arg) = written.setting("score") else { return Some(Score::Bilinear) };
    let spec = arg.spec();
    let args = spec.map_or(&[][..], Spec::args);
    match (spec.and_then(Spec::word).as_deref(), args) {
        (Some("Bilinear"), []) => Some(Score::Bilinear),
        (Some("Additive"), [hidden]) => {
            let what = "what is under the tangent";
            let size = size(hidden, what, context)?;
            positive_rule(Some(&size), hidden, what, context);
            Some(Score::Additive(size))
        }
        (Some("Dot"), []) => {
            let holds = call!(context.krate, agree, units, features);
            context.check(arg, holds, messages::dot_product(units, &ends.giver, features)).then_some(Score::Dot)
        }
        _ => {
            context.error_at(arg, messages::not_one_of("score", &["Dot", "Bilinear", "Additive<64>"], &arg.written()));
            None
        }
    }
}
