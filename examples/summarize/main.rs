//! Learns to summarise short reports: several sentences in, one or two out.
//!
//! ```text
//! cargo run --release --example summarize               learns from 4000 reports, and is tested with 1000 others
//! cargo run --release --example summarize -- FILE.txt   summarises a text
//! ```
//!
//! Other settings: `--model FILE` (target/summarize.safetensors, whose folder is made), `--epochs N`, `--train N` (reports to learn from), `--seed N`, and
//! `--floor POINTS`: if ROUGE-L is not so many points above that of the reports' first sentences, that is an error.
//!
//! The reports come from a grammar ([`reports`]); the names in those of the test are in none that is learned from, nor in the vocabulary. So
//! the network copies them: a pointer-generator (See, Liu, Manning 2017). What is learned goes to `--model`, with the words in a file beside it.

mod reports;
mod stories;

use core::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use congruent::Pair;
use congruent::metric::{ExactMatch, Rouge};
use congruent::prelude::*;
use congruent::tokenizer::{LearnedVocabulary, SPECIAL, Tokenizer, Unit};
use congruent::zeroed_box;

use reports::{Part, Report, reports};

/// Words that the network knows.
const WORDS: usize = 512;
/// Words and signs of a report, at most.
const LONG: usize = 128;
/// Words and signs of a summary, at most, the end among them.
const SHORT: usize = 32;
/// Reports in a step of training.
const BATCH: usize = 16;

type Text = Padded<Token, LONG>;
type Summary = Padded<Token, SHORT>;

network! {
    /// From a report to its summary.
    pub struct Summarizer {
        model: EncoderDecoder<
            [Embedding<WORDS, 64>, Gru<64, 64, bidirectional = true>],
            CopyingDecoder<WORDS, 64, 128, embedding = tied>,
            source = LONG, target = SHORT,
        >,
    }
}

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
    match &options.file {
        Some(file) => summarize(file, &options),
        None => learn(&options),
    }
}

/// Beside the weights.
fn words_of(model: &Path) -> PathBuf {
    model.with_extension("words.txt")
}

type Words = Tokenizer<LearnedVocabulary>;

/// The summary of a text in a file.
fn summarize(file: &Path, options: &Options) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let first = |error| format!("{error}\nlearn first, without a file");
    let words: Words = Tokenizer::words(LearnedVocabulary::read(words_of(&options.model)).map_err(first)?);
    let mut network = Summarizer::seeded(0);
    network.load(&options.model)?;
    let copying = words.copying(WORDS);
    let source = copying.encode(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut buffer = zeroed_box();
    println!("{}", copying.decode(&text, network.model.beam::<4>(&source, &mut buffer).tokens()));
    Ok(())
}

/// Learns, saves, and compares with the first sentences of reports that were not seen.
fn learn(options: &Options) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    ready_to_write([&options.model, &words_of(&options.model)])?;
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(options.seed);
    let train = reports(options.train, Part::Training, rng);
    let unseen = reports(1000, Part::Unseen, rng);
    println!("{} reports to learn from, {} others, of other names, to be tested with", train.len(), unseen.len());
    let texts = train.iter().flat_map(|report| [&report.text, &report.summary]);
    let words: Words = Tokenizer::words(LearnedVocabulary::learn(Unit::Words, texts, WORDS - SPECIAL));
    let training = dataset(&words, &train)?;
    let validation = dataset(&words, unseen.get(..200).unwrap_or(&unseen))?;

    let mut network = Summarizer::seeded(options.seed);
    println!("{}\n", Summarizer::SUMMARY);
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
    words.vocabulary().write(words_of(&options.model))?;
    println!("learned in {:.0} s, saved to {}", started.elapsed().as_secs_f32(), options.model.display());
    test(&network, &words, &unseen, options)
}

/// Makes the folder of these files and tries them, before the epochs whose result goes there.
fn ready_to_write(files: [&PathBuf; 2]) -> Result<(), Box<dyn Error>> {
    for file in files {
        let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let tried = folder.and_then(|()| congruent::io::check_writable(file));
        tried.map_err(|error| format!("{}: cannot be written: {error}", file.display()))?;
    }
    Ok(())
}

type Samples = Dataset<Pair<Text, Summary>, Summary>;

fn dataset(words: &Words, reports: &[Report]) -> Result<Samples, Box<dyn Error>> {
    let copying = words.copying(WORDS);
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for Report { text, summary } in reports {
        let (input, target) = copying.teacher_forced(text, summary)?;
        inputs.push(Pair(copying.encode(text)?, input));
        targets.push(target);
    }
    Ok(Dataset::new(inputs, targets)?)
}

fn test(network: &Summarizer, words: &Words, unseen: &[Report], options: &Options) -> Result<(), Box<dyn Error>> {
    let (copying, mut buffer) = (words.copying(WORDS), zeroed_box());
    let mut found = Vec::new();
    for report in unseen {
        let source = copying.encode(&report.text)?;
        found.push(copying.decode(&report.text, network.model.greedy(&source, &mut buffer).tokens()));
    }
    for (report, found) in unseen.iter().zip(&found).take(3) {
        println!("\n{}\n    → {found}", report.text);
    }
    let expected: Vec<&str> = unseen.iter().map(|report| report.summary.as_str()).collect();
    let first: Vec<&str> = unseen.iter().map(|report| first_sentence(&report.text)).collect();
    println!("\nof {} unseen reports     summary  first sentence", unseen.len());
    let mut ahead = 0.0;
    for mut rouge in [Rouge::n(1), Rouge::n(2), Rouge::l()] {
        let [ours, lead] =
            [rouge.measure(&found, &expected), rouge.measure(&first, &expected)].map(|share| 100.0 * share);
        println!("{:22}  {ours:7.1}  {lead:14.1}", Metric::<String, &str>::name(&rouge));
        ahead = ours - lead;
    }
    match options.floor {
        Some(floor) if ahead < floor => {
            Err(format!("ROUGE-L is only {ahead:.1} points above the first sentence's").into())
        }
        _ => Ok(()),
    }
}

/// Up to the first full stop.
fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

struct Options {
    file: Option<PathBuf>,
    model: PathBuf,
    epochs: usize,
    train: usize,
    seed: u64,
    floor: Option<f64>,
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        const USAGE: &str =
            "usage: summarize [FILE.txt] [--model FILE] [--epochs N] [--train N] [--seed N] [--floor POINTS]";
        let mut options = Options {
            file: None,
            model: "target/summarize.safetensors".into(),
            epochs: 15,
            train: 4000,
            seed: 1,
            floor: None,
        };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(file) if options.file.is_none() => options.file = Some(file.into()),
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
