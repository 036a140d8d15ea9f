//! The arguments of a layer of another framework, each in the place that it has here.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::spanned::Spanned;
use syn::{LitFloat, LitInt};

use super::words::{
    activation_word, incoming, is_always, is_constant, is_type, next_channels, number, spec_arg, tuple, word_arg,
};
use super::{Reader, lack};
use crate::ast::{Arg, Args, Spec};
use crate::context::{Activation, Context};
use crate::layers::signatures::{SETTINGS, SIGNATURES, Signature};
use crate::messages;
use crate::shape::Size;

impl Reader {
    /// The arguments, each in its place.
    pub(super) fn arguments(
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
            self.reshape(meant, context)?;
            self.unfit = meant.word().as_deref() == Some("Reshape") && !matches!(meant.args(), [Arg::Sizes(..)]);
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
    fn reshape(&mut self, meant: &mut Spec, context: &Context) -> Result<(), String> {
        let Some(args) = &mut meant.args else { return Ok(()) };
        if let [Arg::Sizes(_, sizes)] = args.list.as_slice() {
            let sizes = sizes.clone();
            return self.inferred(&sizes, meant, context).map(|_| ());
        }
        if args.list.iter().any(|arg| matches!(arg, Arg::Sizes(..))) {
            args.list.retain(|arg| self.why.is_none() || matches!(arg, Arg::Sizes(..)));
            return Ok(());
        }
        let at = args.list.first().map_or(args.end, Spanned::span);
        let sizes: Vec<Arg> = match args.list.last() {
            Some(Arg::Pair(_, pair)) => pair.to_vec(),
            Some(Arg::Other(tokens)) if tuple(tokens).is_some() => tuple(tokens).unwrap_or_default(),
            _ => args.list.clone(),
        };
        if self.inferred(&sizes, meant, context)? {
            return Ok(());
        }
        let Some(args) = &mut meant.args else { return Ok(()) };
        let is_size =
            |arg: &Arg| matches!(arg, Arg::Integer(_) | Arg::Block(_)) || arg.spec().is_some_and(|s| s.args.is_none());
        if sizes.is_empty() || !sizes.iter().all(is_size) {
            return Ok(());
        }
        self.note(at, messages::RESHAPE);
        let tokens = quote::quote!([#(#sizes),*]);
        args.list = vec![Arg::Sizes(tokens, sizes)];
        Ok(())
    }

    /// `Reshape<-1>`, `Reshape<[-1, 49]>`: a size that is worked out of what comes in, by its value; all in one row by a `Flatten`.
    ///
    /// Whether there was such a size; what to say, where it has no value.
    fn inferred(&mut self, sizes: &[Arg], meant: &mut Spec, context: &Context) -> Result<bool, String> {
        let open = |arg: &Arg| matches!(arg.written().as_str(), "-1" | "_");
        let Some(at) = sizes.iter().find(|arg| open(arg)).map(Arg::blame) else { return Ok(false) };
        let incoming = context.flow.as_ref().and_then(|flow| flow.sizes.as_deref());
        let incoming: Option<u64> = incoming.and_then(|sizes| sizes.iter().map(Size::number).product());
        if let [_] = sizes {
            self.note(meant.blame(), messages::INFERRED_SIZE);
            meant.path = Ident::new("Flatten", meant.blame()).into();
            meant.args = None;
            return Ok(true);
        }
        let others: Option<u64> = sizes.iter().filter(|arg| !open(arg)).map(number).product();
        let alone = sizes.iter().filter(|arg| open(arg)).count() == 1;
        let Some((all, others)) = incoming.zip(others).filter(|(_, others)| alone && *others > 0) else {
            return Ok(false);
        };
        if !all.is_multiple_of(others) {
            let message = messages::inferred_remainder(all, others);
            self.note(at, message.as_str());
            return Err(message);
        }
        self.note(at, messages::INFERRED_SIZE);
        let size = LitInt::new(&(all / others).to_string(), at);
        let sizes: Vec<Arg> =
            sizes.iter().map(|arg| if open(arg) { Arg::Integer(size.clone()) } else { arg.clone() }).collect();
        if let Some(args) = &mut meant.args {
            args.list = vec![Arg::Sizes(quote::quote!([#(#sizes),*]), sizes)];
        }
        Ok(true)
    }

    fn positional(&mut self, arg: &Arg, placed: &mut Placed, context: &Context) {
        if !placed.signature.activation || placed.activation.is_some() {
            placed.rest.push(arg.clone());
            return;
        }
        match activation_word(arg, context) {
            Some(word) => {
                if let Some(activation) = context.activation(&word)
                    && let Some(at) = fixed(arg, activation)
                {
                    self.note(at, messages::takes(&word, &activation.arguments()));
                }
                match arg.spec().filter(|spec| spec.path.is_ident(&word)) {
                    Some(Spec { called: Some(span), .. }) => self.note(*span, messages::CALLED_ACTIVATION),
                    Some(_) => {}
                    None => {
                        let own =
                            arg.spec().filter(|spec| self.why.is_none() && spec.args().is_empty()).and_then(Spec::word);
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
            placed.settings.push(Arg::Setting(format_ident!("{here}", span = name.span()), Box::new(value)));
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
        } else if !is_setting && lack(layer, &word).is_some() {
            self.note(name.span(), messages::no_setting(layer, &word));
            self.lacking.push((word, value.written()));
        } else if let Some(value) = self.value(&word, value) {
            set(placed, &word, value);
        }
    }

    /// The value of a setting; nothing, where it says what is so without it.
    fn value(&mut self, setting: &str, value: &Arg) -> Option<Arg> {
        let written = value.written();
        let text = written.trim_matches(['"', '\'']).to_owned();
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

/// The argument that is a parameter of an activation, where it has another value here.
fn fixed(arg: &Arg, activation: &Activation) -> Option<Span> {
    let (_, value) = activation.parameter?;
    let written = arg.spec()?.args().iter().find_map(|arg| match arg {
        Arg::Setting(name, value) if name != "inplace" => Some(&**value),
        Arg::Float(_) | Arg::Integer(_) => Some(arg),
        _ => None,
    })?;
    let same = written.written().parse::<f64>().is_ok_and(|written| written == value);
    (!same).then(|| written.blame())
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
