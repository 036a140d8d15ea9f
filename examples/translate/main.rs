//! Learns to translate English number words to French ones, "three hundred twelve" to "trois cent douze"; or other sentences, from a file of
//! two columns.
//!
//! ```text
//! cargo run --release --example translate                            learns from 5000 numbers, and is tested with 10,000 others
//! cargo run --release --example translate -- "three hundred twelve"  translates, and shows where it looked
//! cargo run --release --example translate -- --pairs FILE.tsv --model mine.safetensors
//! ```
//!
//! Other settings: `--epochs N`, `--train N` (numbers to learn from), `--seed N`, and `--floor PERCENT`, below which the numbers rightly
//! translated in all words are an error.
//!
//! What is learned goes to `--model` (target/translate.safetensors, whose folder is made), with the words in two files beside it. A line of a file of pairs is a
//! sentence, a tab and its translation; a tenth of the lines is held out. Capitals become small letters.

mod model;
mod numbers;
mod pairs;

use core::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use congruent::Layer;
use congruent::layers::{Beam, Decoder, EncoderDecoder};
use congruent::metric::ExactMatch;
use congruent::prelude::*;
use congruent::tokenizer::{JOINER, LearnedVocabulary, Tokenizer, UNKNOWN};
use congruent::zeroed_box;

use model::{NumberTranslator, SentenceTranslator};
use pairs::{Input, Languages, Sentences};

/// Pairs in a step of training.
const BATCH: usize = 32;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    match (&options.sentence, &options.pairs) {
        (Some(sentence), _) => {
            let mut numbers = NumberTranslator::seeded(0);
            if numbers.load(&options.model).is_ok() {
                return translate(&numbers.model, &options, sentence);
            }
            let mut sentences = SentenceTranslator::seeded(0);
            sentences.load(&options.model).map_err(|error| format!("{error}\nlearn first, without a sentence"))?;
            translate(&sentences.model, &options, sentence)
        }
        (None, Some(path)) => {
            let split = pairs::split(pairs::read(path)?, options.seed);
            println!("{} pairs to learn from, {} others to be tested with", split[0].len(), split[1].len());
            learn(&options, &split, |network: &SentenceTranslator| &network.model)
        }
        (None, None) => {
            let split = pairs::numbers(options.train, 10_000, options.seed);
            println!(
                "{} of 100,000 numbers to learn from, {} others to be tested with",
                split[0].len(),
                split[1].len()
            );
            learn(&options, &split, |network: &NumberTranslator| &network.model)
        }
    }
}

/// Learns from the first part of the pairs, and tests with the second.
fn learn<N, E, D, const WORDS: usize, const S: usize, const T: usize>(
    options: &Options,
    [train, unseen]: &[Vec<Sentences>; 2],
    model: impl Fn(&N) -> &EncoderDecoder<E, D>,
) -> Result<(), Box<dyn Error>>
where
    N: Network<Input = Input<S, T>, Output = Padded<[f32; WORDS], T>, Head = Linear>,
    E: Layer<Input = D::Source, Output = D::Memory>,
    D: Decoder<Source = Padded<Token, S>, Target = Padded<Token, T>>,
{
    let started = Instant::now();
    let [source, target] = Languages::paths(&options.model);
    ready_to_write([&options.model, &source, &target])?;
    let languages = Languages::learn(train, WORDS);
    let training = languages.dataset(train)?;
    let (watched, _) = unseen.split_at(unseen.len().min(1000));
    let validation = languages.dataset(watched)?;
    let mut network = N::seeded(options.seed);
    println!("{}\n", N::SUMMARY);
    let steps = options.epochs * training.len().div_ceil(BATCH);
    Fit::new(CrossEntropy::new(), Adam::new(0.002))
        .batch::<BATCH>()
        .epochs(options.epochs)
        .schedule(Schedule::cosine(steps as u32).warm_up(steps as u32 / 20))
        .clip_norm(1.0)
        .metric(ExactMatch::new())
        .validation(&validation)
        .seed(options.seed)
        .run(&mut network, &training)?;
    network.save(&options.model)?;
    languages.write(&options.model)?;
    println!("learned in {:.0} s, saved to {}", started.elapsed().as_secs_f32(), options.model.display());

    let (model, mut buffer) = (model(&network), zeroed_box());
    let mut wrong = Vec::new();
    for pair in unseen {
        let found =
            languages.target.decode(model.greedy(&languages.source.encode(&pair.source)?, &mut buffer).tokens());
        if found != pair.target {
            wrong.push((pair, found));
        }
    }
    for (pair, found) in wrong.iter().take(5) {
        println!("wrong: {} is `{}`, not `{found}`", pair.source, pair.target);
    }
    let right = 100.0 * (1.0 - wrong.len() as f64 / unseen.len() as f64);
    println!("{right:.2}% of {} unseen pairs translated rightly in all words", unseen.len());
    match options.floor {
        Some(floor) if right < floor => Err(format!("less than {floor}% are right").into()),
        _ => Ok(()),
    }
}

/// Makes the folder of these files and tries them, before the epochs whose result goes there.
fn ready_to_write(files: [&PathBuf; 3]) -> Result<(), Box<dyn Error>> {
    for file in files {
        let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let tried = folder.and_then(|()| congruent::io::check_writable(file));
        tried.map_err(|error| format!("{}: cannot be written: {error}", file.display()))?;
    }
    Ok(())
}

/// Translates a sentence and shows, for each word, how much of its attention went to each word of the source.
fn translate<E, D, const S: usize>(
    model: &EncoderDecoder<E, D>,
    options: &Options,
    sentence: &str,
) -> Result<(), Box<dyn Error>>
where
    E: Layer<Input = D::Source, Output = D::Memory>,
    D: Decoder<Source = Padded<Token, S>>,
{
    let languages = Languages::read(&options.model)?;
    let sentence = sentence.to_lowercase();
    let source = languages.source.encode(&sentence).map_err(|error| format!("`{sentence}`: {error}"))?;
    if source.steps().contains(&UNKNOWN) {
        eprintln!("warning: `{}` is not among the words that were learned", languages.unknown(&sentence).join("`, `"));
    }
    let mut buffer: Box<Beam<E, D, 4>> = zeroed_box();
    let said = model.beam(&source, &mut buffer);
    println!("{}\n", languages.target.decode(said.tokens()));
    let columns: Vec<&str> = source.steps().iter().map(|token| shown(&languages.source, *token)).collect();
    let words = said.tokens().iter().map(|token| shown(&languages.target, *token)).chain(["</s>"]);
    print_map(&columns, words.zip(said.attention()));
    Ok(())
}

/// A token without the marks that say where no space was.
fn shown(words: &Tokenizer<LearnedVocabulary>, token: Token) -> &str {
    words.written(token).trim_matches(JOINER)
}

/// A row for each word that was said, a column for each word of the source, in percent.
fn print_map<'a>(columns: &[&str], rows: impl Iterator<Item = (&'a str, &'a [f32])>) {
    let head: String = columns.iter().map(|word| format!("  {word:>5}")).collect();
    println!("{:12}{head}", "");
    for (word, weights) in rows {
        let cell = |(column, weight): (&&str, &f32)| {
            let percent = (100.0 * weight).round();
            let text = if percent > 0.0 { format!("{percent}%") } else { "·".into() };
            format!("  {text:>width$}", width = column.chars().count().max(5))
        };
        println!("{word:>12}{}", columns.iter().zip(weights).map(cell).collect::<String>());
    }
}

struct Options {
    sentence: Option<String>,
    pairs: Option<PathBuf>,
    model: PathBuf,
    epochs: usize,
    train: usize,
    seed: u64,
    floor: Option<f64>,
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        const USAGE: &str = "usage: translate [SENTENCE] [--pairs FILE.tsv] [--model FILE] [--epochs N] [--train N] \
                             [--seed N] [--floor PERCENT]";
        let mut options = Options {
            sentence: None,
            pairs: None,
            model: "target/translate.safetensors".into(),
            epochs: 20,
            train: 5000,
            seed: 1,
            floor: None,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(sentence) if options.sentence.is_none() => options.sentence = Some(sentence.string()?),
                Long("pairs") => options.pairs = Some(parser.value()?.into()),
                Long("model") => options.model = parser.value()?.into(),
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("train") => options.train = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("floor") => options.floor = Some(parser.value()?.parse()?),
                Long("help") | Short('h') => {
                    println!("{USAGE}");
                    std::process::exit(0);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}
