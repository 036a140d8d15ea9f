//! An encoder-decoder that decodes greedily, the most probable token at each step, as a graph: the encoder once, then a `Loop` of the decoder.
//!
//! Carried from step to step, for each sequence: the last token, `[batch]`; the state of the decoder, `[batch, number]`; whether the end
//! was reached, `[batch]`; the number of tokens before, `[batch]`; and the logarithm of their probability, `[batch]`. The loop ends when all
//! sequences have reached their end, or after the most steps that a target can have.

use std::path::Path;

use super::model::{OnnxError, check_finite, file, lacks_export, write_file};
use super::proto;
use super::writer::{Size, Writer, info, tensor};
use crate::layer::Layer;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layers::encoder_decoder::Exported;
use crate::layers::{Decoder, EncoderDecoder};
use crate::memory::plain::Parameters;
use crate::shape::sequence::Sequence;
use crate::shape::sequence::{END, START};
use crate::shape::{Dims, Shape};

/// What the graph is called, and its decoder where that is at fault.
const NAME: &str = "EncoderDecoder";

impl<E, D> EncoderDecoder<E, D>
where
    D: Decoder + Parameters,
    E: Layer<Input = D::Source, Output = D::Memory> + Parameters,
{
    /// Writes an ONNX file that decodes as [`greedy`](EncoderDecoder::greedy) does, so that the caller does not have to implement the
    /// decoding loop.
    ///
    /// It takes `source`, tokens `[batch, most]`, and `source_lengths`, `[batch]`; it gives `tokens` `[batch, steps]`, where `steps` is
    /// the length of the longest output, padded with the token [`END`](crate::data::tokenizer::END), `lengths` `[batch]`, the end
    /// not counted, and `log_probability` `[batch]`. [`save_onnx`](crate::NetworkFiles::save_onnx) of a network writes the logits of
    /// given targets instead.
    ///
    /// # Errors
    ///
    /// When a parameter is not finite, when the encoder, or the decoder, cannot be exported, and when the file cannot be written.
    pub fn save_onnx_greedy(&self, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        write_file(&greedy_to_bytes(self)?, path.as_ref())
    }
}

/// What [`EncoderDecoder::save_onnx_greedy`] writes, in memory.
///
/// # Errors
///
/// When a parameter is not finite, and when the encoder, or the decoder, cannot be exported.
pub fn greedy_to_bytes<E, D>(model: &EncoderDecoder<E, D>) -> Result<Vec<u8>, OnnxError>
where
    D: Decoder + Parameters,
    E: Layer<Input = D::Source, Output = D::Memory> + Parameters,
{
    check_finite(NAME, model)?;
    let mut writer = Writer::new();
    let written = write(model, &mut writer);
    let [tokens, lengths, log_probability] = written.map_err(|cause| lacks_export(&writer, NAME, cause))?;
    writer.rename(tokens, "tokens");
    writer.rename(lengths, "lengths");
    writer.rename(log_probability, "log_probability");
    let outputs = vec![
        info("tokens", proto::INT64, &[Size::Named("batch"), Size::Named("steps")]),
        info("lengths", proto::INT64, &[Size::Named("batch")]),
        info("log_probability", proto::FLOAT, &[Size::Named("batch")]),
    ];
    Ok(file(writer.finish(NAME, outputs)))
}

/// What goes from step to step.
#[derive(Clone, Copy)]
struct Carried {
    token: Value,
    state: Value,
    ended: Value,
    length: Value,
    log_probability: Value,
}

impl Carried {
    fn values(self) -> [Value; 5] {
        [self.token, self.state, self.ended, self.length, self.log_probability]
    }
}

/// Numbers that the steps need.
struct Numbers {
    end: Value,
    zero: Value,
    axis: Value,
    last: Value,
}

fn write<E, D>(model: &EncoderDecoder<E, D>, writer: &mut Writer) -> Result<[Value; 3], Refusal>
where
    D: Decoder,
    E: Layer<Input = D::Source, Output = D::Memory>,
{
    let source = writer.input("source", &D::Source::DIMS);
    let graph: &mut dyn Graph = writer;
    let memory = graph.scope("encoder", |graph| model.encoder.export(graph, source))?;
    writer.enter(Some("decoder"));
    let looped = write_loop(model, writer, source, memory);
    writer.leave(looped.is_err());
    let (start, body, most) = looped?;

    let inputs = [most, Value::NONE].into_iter().chain(start.values()).map(|value| writer.name(value)).collect();
    let results = ["last_token", "last_state", "all_ended", "said_lengths", "said_log_probability", "said_tokens"];
    let attribute = proto::Attribute {
        name: "body".into(),
        g: Some(body),
        kind: proto::GRAPH_ATTRIBUTE,
        ..proto::Attribute::default()
    };
    writer.push(proto::Node {
        input: inputs,
        output: results.map(Into::into).to_vec(),
        name: "Loop".into(),
        op_type: "Loop".into(),
        attribute: vec![attribute],
        ..proto::Node::default()
    });
    let [lengths, log_probability, by_step] = [results[3], results[4], results[5]].map(|name| writer.value(name));
    let tokens = writer.node("Transpose", &[by_step], &[("perm", Attribute::Ints(&[1, 0]))]);
    Ok([tokens, lengths, log_probability])
}

/// What goes into the first step, the graph of a step, and the number of steps at most.
fn write_loop<E, D: Decoder>(
    model: &EncoderDecoder<E, D>,
    writer: &mut Writer,
    source: Value,
    memory: Value,
) -> Result<(Carried, proto::Graph, Value), Refusal> {
    let ready = model.decoder.export_ready(writer, memory)?;
    let numbers = Numbers {
        end: writer.whole_numbers("end", Dims::SCALAR, &[i64::from(END.0)]),
        zero: writer.constant("nothing", Dims::SCALAR, &[0.0]),
        axis: writer.whole_numbers("column", Dims::SCALAR.within(1), &[1]),
        last: writer.whole_numbers("last", Dims::SCALAR.within(1), &[-1]),
    };
    let start = start::<D>(writer, source, &numbers);
    let most = writer.whole_numbers("most", Dims::SCALAR, &[D::Target::STEPS as i64]);

    writer.begin_body();
    let within = Carried {
        token: writer.value("said"),
        state: writer.value("state"),
        ended: writer.value("ended"),
        length: writer.value("length"),
        log_probability: writer.value("log_probability_before"),
    };
    let (next, goes_on) =
        step(model, writer, Exported { source, memory, target: within.token }, ready, within, &numbers)?;
    Ok((start, body::<D>(writer, within, next, goes_on), most))
}

/// What goes into the first step.
fn start<D: Decoder>(writer: &mut Writer, source: Value, numbers: &Numbers) -> Carried {
    let batch = writer.node("Shape", &[source], &[("start", Attribute::Int(0)), ("end", Attribute::Int(1))]);
    let words = size_of::<D::State>() / size_of::<f32>();
    let words = writer.whole_numbers("words_of_state", Dims::SCALAR.within(1), &[words as i64]);
    let state = writer.node("Concat", &[batch, words], &[("axis", Attribute::Int(0))]);
    let mut whole = |name: &str, number: i64| {
        let number = writer.whole_numbers(name, Dims::SCALAR, &[number]);
        writer.node("Expand", &[number, batch], &[])
    };
    let (token, length) = (whole("start", i64::from(START.0)), whole("none", 0));
    Carried {
        token,
        state: writer.node("Expand", &[numbers.zero, state], &[]),
        ended: writer.node("Cast", &[length], &[("to", Attribute::Int(proto::BOOL.into()))]),
        length,
        log_probability: writer.node("Expand", &[numbers.zero, batch], &[]),
    }
}

/// One step: what goes to the next, and whether there is to be one.
fn step<E, D: Decoder>(
    model: &EncoderDecoder<E, D>,
    writer: &mut Writer,
    exported: Exported,
    ready: Value,
    before: Carried,
    numbers: &Numbers,
) -> Result<(Carried, Value), Refusal> {
    let target = writer.node("Unsqueeze", &[before.token, numbers.axis], &[]);
    let given = model.decoder.export_step(writer, Exported { target, ..exported }, ready, before.state);
    let [logits, state] = given?;
    let logits = writer.node("Squeeze", &[logits, numbers.axis], &[]);
    let alone = ("keepdims", Attribute::Int(0));
    let best = writer.node("ArgMax", &[logits], &[("axis", Attribute::Int(-1)), alone]);
    let probabilities = writer.node("LogSoftmax", &[logits], &[("axis", Attribute::Int(-1))]);
    let log_probability = writer.node("ReduceMax", &[probabilities, numbers.last], &[alone]);
    // a sequence that has ended repeats its end, at no cost
    let token = writer.node("Where", &[before.ended, numbers.end, best], &[]);
    let log_probability = writer.node("Where", &[before.ended, numbers.zero, log_probability], &[]);
    let log_probability = writer.node("Add", &[before.log_probability, log_probability], &[]);
    let ended = writer.node("Equal", &[token, numbers.end], &[]);
    let going = writer.node("Not", &[ended], &[]);
    let going = writer.node("Cast", &[going], &[("to", Attribute::Int(proto::INT64.into()))]);
    let length = writer.node("Add", &[before.length, going], &[]);
    let any = writer.node("ReduceMax", &[going], &[alone]);
    let goes_on = writer.node("Cast", &[any], &[("to", Attribute::Int(proto::BOOL.into()))]);
    Ok((Carried { token, state, ended, length, log_probability }, goes_on))
}

/// The graph of a step, which ends with this: its number and whether there is to be one come in before what goes from step to step, and
/// the token goes out twice, the second time to be gathered.
fn body<D: Decoder>(writer: &mut Writer, before: Carried, next: Carried, goes_on: Value) -> proto::Graph {
    let token = writer.node("Identity", &[next.token], &[]);
    let node = writer.end_body();
    let words = Dims::SCALAR.within(size_of::<D::State>() / size_of::<f32>());
    let batch = [Size::Named("batch")];
    let carried = |carried: Carried| {
        let [token, state, ended, length, log_probability] = carried.values().map(|value| writer.name(value));
        [
            info(&token, proto::INT64, &batch),
            tensor(&state, &words),
            info(&ended, proto::BOOL, &batch),
            info(&length, proto::INT64, &batch),
            info(&log_probability, proto::FLOAT, &batch),
        ]
    };
    let scalars = [info("step", proto::INT64, &[]), info("going", proto::BOOL, &[])];
    let goes_on = [info(&writer.name(goes_on), proto::BOOL, &[])];
    let token = [info(&writer.name(token), proto::INT64, &batch)];
    proto::Graph {
        node,
        name: "step".into(),
        initializer: Vec::new(),
        input: scalars.into_iter().chain(carried(before)).collect(),
        output: goes_on.into_iter().chain(carried(next)).chain(token).collect(),
    }
}
