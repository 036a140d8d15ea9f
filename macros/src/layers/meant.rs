//! A layer written as another framework has it: what was meant, made of the user's own tokens.
//!
//! All that is foreign in a layer is one mistake, with the whole layer for a cure; what follows is held against the layer that was meant.

use proc_macro2::{Delimiter, Ident, Span, TokenTree};
use syn::spanned::Spanned;
use syn::{LitFloat, LitInt, LitStr};

use super::common::lost;
use super::foreign::{FOREIGN, Foreign, Here, PLACES};
use super::resolve::as_written;
use super::signatures::{ALWAYS, SETTINGS, SIGNATURES, Signature};
use crate::ast::{Arg, Args, Spec};
use crate::context::Context;
use crate::messages;
use crate::model::Layer;
use crate::shape::Size;

/// Resolves a layer that is written as it would be elsewhere; nothing, if it is not.
pub fn resolve(spec: &Spec, context: &mut Context) -> Option<Layer> {
    let mut reader = Reader { why: None, own: None, unfit: false };
    let meant = match reader.layer(spec, context) {
        Ok(meant) => meant,
        Err(message) => {
            let at = reader.why.map_or(spec.blame(), |(at, _)| at);
            context.error(at, message);
            return Some(lost(spec.written(), spec.blame(), context));
        }
    };
    let (at, why) = reader.why.filter(|_| !(reader.unfit && reader.own.is_some()))?;
    let place = context.errors.len();
    let outer = context.drops.replace(false);
    context.unknown.clear();
    let layer = as_written(&meant, context);
    let drops = core::mem::replace(&mut context.drops, outer) == Some(true);
    let mut cure = if drops { with_setting(meant, "remainder", word_arg("drop", at)) } else { meant };
    if let Some(args) = &mut cure.args {
        args.list.retain(|arg| !matches!(arg, Arg::Setting(name, _) if context.unknown.contains(&name.to_string())));
    }
    let message = messages::foreign(&why, &cure.written(), reader.own.as_deref());
    context.errors.insert(place, syn::Error::new(at, message));
    Some(layer)
}

/// The entry of another framework's name.
fn foreign(word: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|foreign| foreign.word == word)
}

struct Reader {
    /// The first thing that is foreign: where, and what to say of it.
    why: Option<(Span, String)>,
    /// The name, where it may be the user's own as well.
    own: Option<String>,
    /// Whether its arguments are not those of the layer of another framework, so that it is the user's own.
    unfit: bool,
}

impl Reader {
    fn note(&mut self, at: Span, why: impl Into<String>) {
        if self.why.is_none() {
            self.why = Some((at, why.into()));
        }
    }

    /// The layer that was meant, or what to say where none can be made.
    fn layer(&mut self, spec: &Spec, context: &Context) -> Result<Spec, String> {
        let mut meant = spec.clone();
        let mut words: Vec<Ident> = spec.path.segments.iter().map(|segment| segment.ident.clone()).collect();
        if words.len() > 1 && words.last().is_some_and(|word| word == "new") {
            words.pop();
            meant.path = words[words.len() - 1].clone().into();
            if !self.is_known(&meant, &words[words.len() - 1].to_string(), context) {
                return Ok(spec.clone());
            }
            self.note(spec.blame(), messages::CONSTRUCTOR);
            return self.layer(&meant, context);
        }
        let Some(last) = words.pop() else { return Ok(meant) };
        let word = last.to_string();
        if !self.is_known(spec, &word, context) {
            return Ok(meant);
        }
        if word == "Bidirectional" {
            return self.bidirectional(spec, context);
        }
        let here = self.name(spec, &word, &last, context)?;
        let here = self.for_rank(here, &last, context);
        meant.path = Ident::new(&here, last.span()).into();
        if let Some(span) = meant.called.take() {
            self.note(span, messages::CALLED);
        }
        if let Some((span, slip)) = meant.args.as_mut().and_then(|args| args.slip.take()) {
            self.note(span, slip);
        }
        self.arguments(spec, &word, &mut meant, &here, context)?;
        if meant.args.as_ref().is_some_and(|args| args.list.is_empty()) {
            meant.args = None;
        }
        Ok(meant)
    }

    /// Whether the path is one of the names that stand here or elsewhere for a layer.
    fn is_known(&self, spec: &Spec, word: &str, context: &Context) -> bool {
        let known = context.row(word).is_some()
            || context.activation(word).is_some()
            || foreign(word).is_some()
            || (["Bidirectional", "Activation"].contains(&word));
        let first = spec.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let alone = spec.path.get_ident().is_some();
        known && (alone || spec.path.leading_colon.is_none() && PLACES.contains(&first.as_str()))
    }

    /// The name here.
    fn name(&mut self, spec: &Spec, word: &str, last: &Ident, context: &Context) -> Result<String, String> {
        let alone = spec.path.get_ident().is_some();
        if word == "Activation"
            && let Some(named) = spec.args().first().and_then(|arg| activation_word(arg, context))
        {
            self.note(last.span(), messages::ACTIVATION_LAYER);
            return Ok(named);
        }
        if word == "Linear" && !spec.args().is_empty() {
            self.note(last.span(), messages::LINEAR);
            return Ok("Dense".into());
        }
        match foreign(word).map(|foreign| foreign.here) {
            // a network can be called `Input` or `Sequential`
            Some(Here::Else(..))
                if alone && spec.args.is_none() && !word.contains("Layer") && !word.contains("Pool") =>
            {
                Ok(word.to_owned())
            }
            Some(Here::Else(what, cure)) => {
                self.note(last.span(), what);
                Err(messages::elsewhere(what, cure, word, alone))
            }
            Some(Here::Named(here)) if context.row(word).is_none() => {
                self.own = (alone && self.why.is_none()).then(|| word.to_owned());
                self.note(last.span(), messages::called_here(word, here));
                if let Some(told) = self.adaptive(spec, word, context) { Err(told) } else { Ok(here.to_owned()) }
            }
            _ => {
                if !alone {
                    let path = &spec.path;
                    self.note(
                        last.span(),
                        messages::no_place(&quote::quote!(#path).to_string().replace(' ', ""), word),
                    );
                }
                Ok(word.to_owned())
            }
        }
    }

    /// A pool to a given size, which is none of all there is.
    fn adaptive(&self, spec: &Spec, word: &str, context: &Context) -> Option<String> {
        let to = spec.args().first().filter(|_| word.starts_with("Adaptive"))?;
        let to = match to {
            Arg::Setting(_, value) => value,
            other => other,
        };
        let sides: Vec<String> = match to {
            Arg::Pair(_, pair) => pair.iter().map(Arg::written).collect(),
            other => vec![other.written()],
        };
        if sides.iter().all(|side| side == "1") {
            return None;
        }
        let sizes = context.flow.as_ref()?.sizes.as_deref()?.get(1..)?.iter().map(Size::number);
        let windows: Option<Vec<u64>> = sizes
            .zip(sides.iter().cycle())
            .map(|(size, side)| Some(size?).zip(side.parse().ok()).filter(|(size, side)| *side > 0 && size % side == 0))
            .map(|both| both.map(|(size, side): (u64, u64)| size / side))
            .collect();
        let pool = word.trim_start_matches("Adaptive");
        let cure = match windows.as_deref() {
            Some([one]) => format!("{pool}<{one}>"),
            Some([one, other]) if one == other => format!("{pool}<{one}>"),
            Some([one, other]) => format!("{pool}<({one}, {other})>"),
            _ => return Some(messages::adaptive(word, None)),
        };
        Some(messages::adaptive(word, Some(&cure)))
    }

    /// A norm for images after a vector or a signal, and the other way round.
    fn for_rank(&mut self, here: String, last: &Ident, context: &Context) -> String {
        let flow = context.flow.as_ref().filter(|flow| flow.kind.is_tensor());
        let rank = flow.and_then(|flow| flow.sizes.as_ref()).map(Vec::len);
        let other = match (here.as_str(), rank) {
            ("BatchNorm2d", Some(1 | 2)) => "BatchNorm1d",
            ("BatchNorm1d", Some(3)) => "BatchNorm2d",
            _ => return here,
        };
        let shape = flow.and_then(|flow| flow.written()).unwrap_or_default();
        self.note(last.span(), messages::norm_of_rank(&context.name, &here, &context.giver, &shape));
        other.into()
    }

    /// `Bidirectional<Lstm<3, 32>>`
    fn bidirectional(&mut self, spec: &Spec, context: &Context) -> Result<Spec, String> {
        self.note(spec.blame(), messages::BIDIRECTIONAL);
        let Some(inner) = spec.args().first().and_then(Arg::spec) else {
            return Err(messages::arguments(
                "Bidirectional",
                "a recurrent layer elsewhere; here `bidirectional` is a setting of that layer",
                "Lstm<3, 32, bidirectional = true>",
            ));
        };
        let meant = self.layer(inner, context)?;
        let end = meant.args.as_ref().map_or(spec.blame(), |args| args.end);
        Ok(with_setting(meant, "bidirectional", word_arg("true", end)))
    }

    /// The arguments, each in its place.
    fn arguments(
        &mut self,
        spec: &Spec,
        word: &str,
        meant: &mut Spec,
        here: &str,
        context: &Context,
    ) -> Result<(), String> {
        if here == "EncoderDecoder" {
            self.encoder(meant);
            return Ok(());
        }
        if here == "Reshape" {
            self.reshape(meant);
            self.unfit = !matches!(meant.args(), [Arg::Sizes(..)]);
            return Ok(());
        }
        if context.activation(here).is_some() && (word != here || self.why.is_some()) {
            meant.args = None;
            return Ok(());
        }
        let Some(signature) = SIGNATURES.iter().find(|signature| signature.word == here) else {
            self.unfit = here == "Concat" && spec.args().is_empty();
            return Ok(());
        };
        let mut placed = Placed::new(signature);
        let before = self.why.is_some();
        for arg in spec.args() {
            match arg {
                Arg::Spec(number) if ["f32", "f64", "f16"].iter().any(|ty| number.is(ty)) => {
                    self.note(number.blame(), messages::NUMBER_TYPE);
                }
                Arg::Setting(name, value) => self.setting(name, value, &mut placed, context),
                other => self.positional(other, &mut placed, context),
            }
        }
        if signature.sizes.is_empty() && signature.input.is_empty() {
            // an argument too many has its message
            if before || self.why.is_some() {
                meant.args = None;
            }
            return Ok(());
        }
        self.fill(spec, word, &mut placed, context)?;
        self.rate(&mut placed);
        self.swapped(&mut placed, context);
        self.unfit = placed.wrong || placed.slots.iter().flatten().any(is_type);
        if self.why.is_some()
            && let Some(list) = placed.list()
        {
            let end = spec.args.as_ref().map_or(spec.blame(), |args| args.end);
            meant.args = Some(Args { list, end, slip: None });
        }
        Ok(())
    }

    /// The layers of an encoder without brackets around them.
    fn encoder(&mut self, meant: &mut Spec) {
        let Some(args) = &mut meant.args else { return };
        let is_layer = |arg: &&Arg| arg.spec().is_some();
        let layers = args.list.iter().take_while(is_layer).count();
        let ends = |arg: &Arg| arg.spec().and_then(Spec::word).is_some_and(|word| word.ends_with("Decoder"));
        if layers < 3 || !ends(&args.list[layers - 1]) {
            return;
        }
        let encoder: Vec<Arg> = args.list.drain(..layers - 1).collect();
        self.note(encoder[0].blame(), messages::ENCODER_LAYERS);
        args.list.insert(0, Arg::Sizes(quote::quote!([#(#encoder),*]), encoder));
    }

    /// `Reshape<1, 28, 28>`, `Reshape<(1, 28, 28)>`, `Unflatten<1, (1, 28, 28)>`
    fn reshape(&mut self, meant: &mut Spec) {
        let Some(args) = &mut meant.args else { return };
        if args.list.iter().any(|arg| matches!(arg, Arg::Sizes(..))) {
            args.list.retain(|arg| self.why.is_none() || matches!(arg, Arg::Sizes(..)));
            return;
        }
        let at = args.list.first().map_or(args.end, Spanned::span);
        let sizes: Vec<Arg> = match args.list.last() {
            Some(Arg::Pair(_, pair)) => pair.to_vec(),
            Some(Arg::Other(tokens)) => tuple(tokens).unwrap_or_default(),
            _ => args.list.clone(),
        };
        let is_size =
            |arg: &Arg| matches!(arg, Arg::Integer(_) | Arg::Block(_)) || arg.spec().is_some_and(|s| s.args.is_none());
        if sizes.is_empty() || !sizes.iter().all(is_size) {
            return;
        }
        self.note(at, messages::RESHAPE);
        let tokens = quote::quote!([#(#sizes),*]);
        args.list = vec![Arg::Sizes(tokens, sizes)];
    }

    fn positional(&mut self, arg: &Arg, placed: &mut Placed, context: &Context) {
        if !placed.signature.activation || placed.activation.is_some() {
            placed.rest.push(arg.clone());
            return;
        }
        match activation_word(arg, context) {
            Some(word) => {
                match arg.spec().filter(|spec| spec.path.is_ident(&word)) {
                    Some(Spec { called: Some(span), .. }) => self.note(*span, messages::CALLED_ACTIVATION),
                    Some(_) => {}
                    None => {
                        let own = arg.spec().and_then(Spec::word).filter(|_| self.why.is_none());
                        self.own = own.or(self.own.take());
                        self.note(arg.blame(), messages::activation_here(&arg.written(), &word));
                    }
                }
                placed.activation = Some(spec_arg(&word, arg.blame()));
            }
            None => placed.rest.push(arg.clone()),
        }
    }

    fn setting(&mut self, name: &Ident, value: &Arg, placed: &mut Placed, context: &Context) {
        let word = name.to_string();
        let layer = placed.signature.word;
        let set = |placed: &mut Placed, here: &str, value: Arg| {
            placed.settings.push(Arg::Setting(Ident::new(here, name.span()), Box::new(value)));
        };
        let known = SETTINGS.iter().find(|(there, _)| *there == word);
        let is_setting = placed.signature.then.contains(&word.as_str());
        let slot = placed.signature.slot(&word).filter(|i| !is_setting && placed.slots[*i].is_none());
        if let Some(slot) = slot {
            self.note(name.span(), messages::by_place(layer, &word));
            placed.keras |= word == "units";
            placed.slots[slot] = Some(value.clone());
        } else if ["activation", "nonlinearity", "act"].contains(&word.as_str()) && placed.signature.activation {
            self.note(name.span(), messages::by_place(layer, &word));
            placed.activation = match activation_word(value, context) {
                Some(activation) => Some(spec_arg(&activation, value.blame())),
                None if value.written() == "None" => None,
                None => Some(value.clone()),
            };
        } else if word == "return_sequences" {
            self.note(name.span(), messages::RETURN_SEQUENCES);
            placed.says_return = true;
            if ["false", "False"].contains(&value.written().as_str()) {
                set(placed, "return", word_arg("last", value.blame()));
            }
        } else if let Some((_, here)) = known.filter(|(_, here)| match *here {
            "dropout" => layer == "TransformerEncoder",
            "bias" => layer.contains("Conv"),
            _ => true,
        }) {
            self.note(name.span(), messages::setting_here(layer, &word, here));
            if let Some(value) = self.value(here, value) {
                set(placed, here, value);
            }
        } else if !is_setting && is_always(&word, value, context) {
            self.note(name.span(), messages::always(layer, &word));
        } else if let Some(value) = self.value(&word, value) {
            set(placed, &word, value);
        }
    }

    /// The value of a setting; nothing, where it says what is so without it.
    fn value(&mut self, setting: &str, value: &Arg) -> Option<Arg> {
        let written = value.written();
        let text = written.trim_matches('"').to_owned();
        match (setting, text.to_lowercase().as_str()) {
            ("padding", "valid") if !value.spec().is_some_and(|spec| is_constant(&spec.written())) => {
                self.note(value.blame(), messages::VALID);
                None
            }
            ("padding", "same") if text != "same" || written != text => {
                self.note(value.blame(), messages::value_here(setting, "same", &written));
                Some(word_arg("same", value.blame()))
            }
            ("bias" | "bidirectional" | "causal" | "norm_first", flag @ ("true" | "false" | "1" | "0"))
                if written != flag || text == "1" || text == "0" =>
            {
                let flag = if ["true", "1"].contains(&flag) { "true" } else { "false" };
                self.note(value.blame(), messages::value_here(setting, flag, &written));
                Some(word_arg(flag, value.blame()))
            }
            ("return" | "cell" | "score" | "embedding" | "remainder", _) if written != text => {
                let word = syn::parse_str::<Ident>(&text).ok()?;
                self.note(value.blame(), messages::value_here(setting, &text, &written));
                Some(word_arg(&word.to_string(), value.blame()))
            }
            _ => Some(value.clone()),
        }
    }

    /// Arguments without names go where there is room, in their order.
    fn fill(&mut self, spec: &Spec, word: &str, placed: &mut Placed, context: &Context) -> Result<(), String> {
        let signature = placed.signature;
        let free: Vec<usize> = (0..placed.slots.len()).filter(|i| placed.slots[*i].is_none()).collect();
        let mut rest = core::mem::take(&mut placed.rest);
        // an activation of the user's own
        let one_more = rest.len() == free.len() + 1 && signature.activation && placed.activation.is_none();
        if one_more && rest.last().is_some_and(|arg| arg.spec().is_some()) {
            placed.activation = rest.pop();
        }
        let infers = !signature.input.is_empty() && placed.slots[0].is_none();
        if rest.len() >= free.len() {
            let more = rest.split_off(free.len());
            self.more(more, placed);
        } else if infers && rest.len() + 1 == free.len() && !self.states_input(&rest, placed, context) {
            let end = spec.args.as_ref().map_or(spec.blame(), |args| args.end);
            if context.flow.is_none() {
                self.note(end, "");
                let layer = signature.word;
                return Err(messages::nothing_says_input(layer, &self.with_input(placed, &rest, "_")));
            }
            self.note(end, messages::input_missing(signature.word, signature.input_word()));
            rest.insert(0, incoming(signature.word, end, context));
            placed.keras |= word != signature.word;
        } else {
            placed.wrong = true;
            return Ok(());
        }
        for (slot, arg) in free.into_iter().zip(rest) {
            placed.slots[slot] = Some(arg);
        }
        let returns = placed.says_return
            || placed.settings.iter().any(|arg| matches!(arg, Arg::Setting(name, _) if name == "return"));
        if placed.keras && !returns && ["Lstm", "Gru", "Rnn"].contains(&signature.word) {
            let at = spec.blame();
            placed.settings.push(Arg::Setting(Ident::new("return", at), Box::new(word_arg("last", at))));
        }
        Ok(())
    }

    /// Whether the first of too few numbers is the number that comes in, so that another one is missing.
    fn states_input(&self, rest: &[Arg], placed: &Placed, context: &Context) -> bool {
        let (Some(first), at) = (rest.first(), Span::call_site()) else { return false };
        let comes = incoming(placed.signature.word, at, context);
        first.written() == comes.written()
    }

    /// The layer with this for its input.
    fn with_input(&self, placed: &Placed, rest: &[Arg], input: &str) -> String {
        let rest = rest.iter().chain(&placed.activation).chain(&placed.settings);
        let rest: String = rest.map(|arg| format!(", {}", arg.written())).collect();
        format!("{}<{input}{rest}>", placed.signature.word)
    }

    /// Numbers behind the sizes: settings that go by name here.
    fn more(&mut self, more: Vec<Arg>, placed: &mut Placed) {
        if more.len() > placed.signature.then.len() {
            placed.wrong = true;
        }
        for (arg, setting) in more.into_iter().zip(placed.signature.then) {
            let number = matches!(arg, Arg::Integer(_) | Arg::Float(_) | Arg::Pair(..))
                || arg.spec().is_some_and(|s| s.args.is_none());
            if !number {
                placed.wrong = true;
                return;
            }
            self.note(arg.blame(), messages::setting_by_name(placed.signature.word, setting));
            placed.settings.push(Arg::Setting(Ident::new(setting, arg.blame()), Box::new(arg)));
        }
    }

    /// A convolution with its kernel in the place of its channels, or of its filters, as what comes before and after it tells.
    fn swapped(&mut self, placed: &mut Placed, context: &Context) {
        if !["Conv1d", "Conv2d"].contains(&placed.signature.word) || placed.wrong {
            return;
        }
        let numbers: Option<Vec<u64>> = placed.slots.iter().map(|arg| number(arg.as_ref()?)).collect();
        let Some(&[channels, filters, kernel]) = numbers.as_deref() else { return };
        let gives = number(&incoming(placed.signature.word, Span::call_site(), context));
        let at = |slot: usize| placed.slots[slot].as_ref().map_or(Span::call_site(), Arg::blame);
        if gives.is_some_and(|gives| gives != channels && gives == kernel) && channels > 1 {
            self.note(at(0), messages::kernel_first(&context.name, channels, &context.giver, kernel));
            placed.slots.swap(0, 2);
        } else if kernel != filters
            && kernel > 1
            && filters > 1
            && gives == Some(channels)
            && let Some((next, takes)) = next_channels(context).filter(|(_, takes)| *takes == kernel)
        {
            self.note(at(1), messages::kernel_second(&context.name, filters, &next, takes));
            placed.slots.swap(1, 2);
        }
    }

    /// `Dropout<50>`: a part of a hundred.
    fn rate(&mut self, placed: &mut Placed) {
        if !["Dropout", "SpatialDropout"].contains(&placed.signature.word) {
            return;
        }
        let Some(Some(Arg::Integer(number))) = placed.slots.first() else { return };
        let Some(percent @ 2..=99) = number.base10_parse::<u64>().ok() else { return };
        let rate = format!("0.{percent:02}");
        let rate = LitFloat::new(rate.trim_end_matches('0'), number.span());
        self.note(number.span(), messages::percent(&number.to_string()));
        placed.slots[0] = Some(Arg::Float(rate));
    }
}

/// Arguments by their places.
struct Placed {
    signature: &'static Signature,
    /// The input, if the layer states it, and the sizes.
    slots: Vec<Option<Arg>>,
    activation: Option<Arg>,
    settings: Vec<Arg>,
    /// Arguments without names, but for the activation.
    rest: Vec<Arg>,
    /// Whether it is Keras that gives the last step where nothing is said.
    keras: bool,
    says_return: bool,
    /// Whether there are too many or too few to know what each is.
    wrong: bool,
}

impl Placed {
    fn new(signature: &'static Signature) -> Placed {
        let count = signature.sizes.len() + usize::from(!signature.input.is_empty());
        Placed {
            signature,
            slots: vec![None; count],
            activation: None,
            settings: Vec::new(),
            rest: Vec::new(),
            keras: false,
            says_return: false,
            wrong: false,
        }
    }

    /// All of them in their order.
    fn list(self) -> Option<Vec<Arg>> {
        let slots: Option<Vec<Arg>> = self.slots.into_iter().collect();
        let list = slots.filter(|_| !self.wrong)?;
        Some(list.into_iter().chain(self.activation).chain(self.settings).collect())
    }
}

impl Signature {
    /// The place of an argument of this name.
    fn slot(&self, word: &str) -> Option<usize> {
        let first = usize::from(!self.input.is_empty());
        let size = self.sizes.iter().position(|names| names.contains(&word)).map(|i| i + first);
        size.or(self.input.contains(&word).then_some(0))
    }

    /// What comes in.
    fn input_word(&self) -> &'static str {
        match self.word {
            "Dense" => "inputs",
            "Lstm" | "Gru" | "Rnn" | "MultiHeadAttention" | "TransformerEncoder" => "features",
            _ => "channels",
        }
    }
}

/// The number that comes into a layer of this name, or `_`.
fn incoming(layer: &str, at: Span, context: &Context) -> Arg {
    let sizes =
        context.flow.as_ref().filter(|flow| !flow.lost).and_then(|flow| flow.sizes.as_deref()).unwrap_or_default();
    let number = match (layer, sizes) {
        // an image with its channels last, which is told of at the mapping
        ("Conv2d" | "DepthwiseConv2d", [Size::Number(height), Size::Number(width), Size::Number(channels @ 1..=4)])
            if context.mapping.is_some() && *height > 4 && *width > 4 =>
        {
            Some(*channels)
        }
        ("Dense", [size]) => size.number(),
        ("Lstm" | "Gru" | "Rnn" | "MultiHeadAttention" | "TransformerEncoder", [_, size]) => size.number(),
        ("Conv1d", [size, _]) | ("Conv2d" | "DepthwiseConv2d" | "ConvTranspose2d", [size, _, _]) => size.number(),
        _ => None,
    };
    match number {
        Some(number) => Arg::Integer(LitInt::new(&number.to_string(), at)),
        None => Arg::Infer(syn::token::Underscore { spans: [at] }),
    }
}

/// Whether an argument can only be a type.
fn is_type(arg: &Arg) -> bool {
    match arg {
        Arg::Spec(spec) => spec.args.is_some(),
        Arg::Other(tokens) => syn::parse2::<syn::Lit>(tokens.clone()).is_err(),
        _ => false,
    }
}

/// A number that is written out.
fn number(arg: &Arg) -> Option<u64> {
    if let Arg::Integer(number) = arg { number.base10_parse().ok() } else { None }
}

/// The next convolution behind this layer, and the channels that it states.
fn next_channels(context: &Context) -> Option<(String, u64)> {
    for field in context.after {
        let spec = field.layer.as_ref().ok()?;
        let word = spec.word()?;
        if word.contains("Conv") {
            let name = field.name.as_ref().map_or(spec.written(), |name| name.to_string());
            return Some((format!("`{name}`"), number(spec.args().first()?)?));
        }
        let keeps = ["Pool", "Norm", "Dropout"].iter().any(|part| word.contains(part)) && !word.contains("Global");
        if !keeps && activation_word(&Arg::Spec(spec.clone()), context).is_none() {
            return None;
        }
    }
    None
}

/// The activation that is meant by a word or a text of another framework.
pub fn activation_word(arg: &Arg, context: &Context) -> Option<String> {
    let word = match arg {
        Arg::Spec(spec) if spec.args().is_empty() || spec.called.is_some() => {
            let first = spec.path.segments.first()?.ident.to_string();
            if spec.path.segments.len() > 1 && !PLACES.contains(&first.as_str()) {
                return None;
            }
            spec.path.segments.last()?.ident.to_string()
        }
        Arg::Other(tokens) => syn::parse2::<LitStr>(tokens.clone()).ok()?.value(),
        _ => return None,
    };
    if let Some(Here::Named(here)) = foreign(&word).map(|foreign| foreign.here)
        && context.activation(here).is_some()
    {
        return Some(here.into());
    }
    let plain = |word: &str| word.to_lowercase().replace('_', "");
    if is_constant(&word) {
        return None;
    }
    let same = context.activations.iter().find(|activation| plain(activation.word) == plain(&word));
    same.map(|activation| activation.word.to_owned()).or((plain(&word) == "swish").then(|| "Silu".into()))
}

/// Whether a word is written as constants are.
fn is_constant(word: &str) -> bool {
    word.len() > 1 && !word.contains(char::is_lowercase)
}

fn is_always(word: &str, value: &Arg, context: &Context) -> bool {
    let value = value.written().trim_matches('"').to_lowercase();
    let known = ALWAYS.iter().find(|(always, _)| *always == word);
    let says = |values: &[&str]| values.is_empty() || values.contains(&value.as_str());
    known.is_some_and(|(_, values)| says(values)) && (!word.starts_with("input_") || context.flow.is_some())
}

/// The sizes within parentheses.
fn tuple(tokens: &proc_macro2::TokenStream) -> Option<Vec<Arg>> {
    use syn::parse::Parser;
    let mut all = tokens.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (all.next(), all.next()) else { return None };
    let list = syn::punctuated::Punctuated::<Arg, syn::Token![,]>::parse_terminated;
    let list = list.parse2(group.stream()).ok().filter(|_| group.delimiter() == Delimiter::Parenthesis)?;
    Some(list.into_iter().collect())
}

fn spec_arg(word: &str, span: Span) -> Arg {
    Arg::Spec(Spec { path: Ident::new(word, span).into(), args: None, called: None })
}

/// `same`, `true`
fn word_arg(word: &str, span: Span) -> Arg {
    match word {
        "true" | "false" => {
            let word = Ident::new(word, span);
            Arg::Other(quote::quote!(#word))
        }
        _ => spec_arg(word, span),
    }
}

/// The layer with one more setting.
fn with_setting(mut spec: Spec, name: &str, value: Arg) -> Spec {
    let end = spec.blame();
    let args = spec.args.get_or_insert(Args { list: Vec::new(), end, slip: None });
    args.list.push(Arg::Setting(Ident::new(name, end), Box::new(value)));
    spec
}
