//! The book of compile errors: each page under `ui-tests/` is compiled, and its errors are counted and read.
//!
//! One `cargo check` compiles all pages as programs of one package, and passes on what rustc says of each. trybuild, which builds one
//! program after the other, takes ten times as long: it writes the answers, and builds to the end what shows only there.
//!
//! After a change of wording: `TRYBUILD=overwrite cargo test -p congruent-ui-tests trybuild`, then read the `.stderr` files as prose,
//! then `BLESS=1 cargo test -p congruent-ui-tests` for the index. Single pages: `cargo test -p congruent-ui-tests -- trybuild
//! trybuild=sizes/zero`.

mod cures;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The topics, in the order of the index, with their titles.
const TOPICS: &[(&str, &str)] = &[
    ("chain", "Layers that do not fit"),
    ("graph", "Layers that name what they take"),
    ("sizes", "Sizes"),
    ("words", "Words and grammar"),
    ("pytorch", "Coming from PyTorch"),
    ("keras", "Coming from Keras"),
    ("images", "Images and signals"),
    ("sequences", "Sequences"),
    ("attention", "Attention, encoders and decoders"),
    ("use", "Inputs, targets, losses, workspaces"),
    ("budget", "Budgets"),
    ("int8", "Integers"),
    ("own", "Custom layers"),
    ("weights", "Weights in files"),
    ("memory", "Memory that is not what it seems"),
    ("places", "Macros, functions, and code around a wrong network"),
];

/// A page of the book.
struct Page {
    path: PathBuf,
    /// How many errors there are.
    errors: usize,
    heading: String,
    /// The numbers and names that the answer must hold.
    says: Vec<String>,
    code: String,
    answer: String,
    /// Why what the answer says to write is not applied as it stands, if it is not.
    by_hand: Option<String>,
}

/// Before the reason why a cure is not applied, in the last line of a page.
const BY_HAND: &str = "// by hand: ";

impl Page {
    /// `sizes/zero`
    fn name(&self) -> String {
        let name = self.path.strip_prefix(root()).expect("a page of the book").with_extension("");
        name.to_string_lossy().into_owned()
    }
}

/// The folder of the crate.
fn crate_root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    folder.canonicalize().expect("this package is in a folder of the crate's")
}

fn root() -> PathBuf {
    crate_root().join("ui-tests")
}

fn pages(topic: &str) -> Vec<Page> {
    let entries = fs::read_dir(root().join(topic)).expect("a folder for each topic");
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let mut pages: Vec<Page> = paths.filter(|path| path.extension().is_some_and(|e| e == "rs")).map(page).collect();
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// The first line of a page is `// 1 error (20 | output): the heading`, with the numbers and names that the answer must hold,
/// whatever its wording.
fn page(path: PathBuf) -> Page {
    let text = fs::read_to_string(&path).expect("a readable page");
    let (first, code) = text.split_once('\n').expect("a first line");
    let parts = first.strip_prefix("// ").and_then(|first| {
        let (errors, rest) = first.split_once(" (")?;
        let (says, heading) = rest.rsplit_once("): ")?;
        Some((errors.split_once(' ')?.0.parse().ok()?, says, heading))
    });
    let (errors, says, heading) = parts
        .unwrap_or_else(|| panic!("the first line of {} is no `// 1 error (20 | output): heading`", path.display()));
    let says = says.split(" | ").map(str::to_string).collect();
    let answer = fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
    let (code, by_hand) = match code.split_once(BY_HAND) {
        Some((code, reason)) => (code, Some(reason.trim().to_string())),
        None => (code, None),
    };
    let (heading, code) = (heading.to_string(), code.trim().to_string());
    Page { errors, heading, says, code, answer, by_hand, path }
}

fn all() -> Vec<Page> {
    TOPICS.iter().flat_map(|(topic, _)| pages(topic)).collect()
}

/// What trybuild builds to the end, even if nothing is to be written: the topic of files, and the mistakes that show only there.
const BUILT: &[&str] = &["weights/", "use/batch_beyond_capacity", "use/batch_norm_over_one_sample"];

/// Set for the process in which trybuild runs.
const TRYBUILD_RUNS: &str = "CONGRUENT_TRYBUILD";

#[test]
fn trybuild_gives_the_same_answers() {
    if std::env::var_os(TRYBUILD_RUNS).is_some() {
        return trybuild_here();
    }
    // trybuild compiles with the dependencies of the package in this folder
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "trybuild_gives_the_same_answers", "--nocapture"])
        .args(std::env::args().filter(|argument| argument.starts_with("trybuild=")))
        .env("CARGO_MANIFEST_DIR", crate_root())
        .env(TRYBUILD_RUNS, "1")
        .current_dir(crate_root())
        .status();
    assert!(status.expect("this program runs").success(), "trybuild has other answers");
}

fn trybuild_here() {
    let all_pages = std::env::var_os("TRYBUILD").is_some() || std::env::args().any(|a| a.starts_with("trybuild="));
    let cases = trybuild::TestCases::new();
    // a program that runs, so that all are built to the end
    cases.pass("ui-tests/support/pass.rs");
    for page in all().iter().map(Page::name) {
        if all_pages || BUILT.iter().any(|built| page.starts_with(built)) {
            cases.compile_fail(format!("ui-tests/{page}.rs"));
        }
    }
}

#[test]
fn each_mistake_is_one_error() {
    for page in all() {
        let errors = page.answer.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, page.errors, "errors of {}", page.path.display());
    }
}

/// Pages where rustc repeats itself, or stops before the mistake, when it only checks: how many errors it has then.
const RAW: &[(&str, usize, &str)] = &[
    ("use/batch_beyond_capacity", 0, "a constant of a call, known when the call is compiled"),
    ("use/batch_norm_over_one_sample", 0, "the capacity of a workspace, known when the call is compiled"),
    ("own/private_layer_at_the_end", 2, "rustc tells of each associated type that leaks, the output and the head"),
];

/// What rustc says of a page.
#[derive(Default)]
struct Output {
    /// How many errors cargo passes on. A terminal shows equal ones once.
    errors: usize,
    /// The messages, equal ones once.
    messages: Vec<String>,
}

/// Checks all pages; what is said of each, by its name.
fn check(pages: &[Page]) -> BTreeMap<String, Output> {
    check_programs(&pages.iter().map(|page| (page.name(), page.path.clone())).collect::<Vec<_>>())
}

/// The pages and their cures are checked at the same time.
fn folder_name(programs: &[(String, PathBuf)]) -> &'static str {
    if programs.iter().any(|(name, _)| name.starts_with("cured/")) { "cured-pages" } else { "pages" }
}

/// Checks programs of these names and paths, as those of one package.
fn check_programs(programs: &[(String, PathBuf)]) -> BTreeMap<String, Output> {
    let crate_root = crate_root();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder_name(programs));
    fs::create_dir_all(&folder).expect("a writable folder");
    let mut manifest = format!(
        "[package]\nname = \"pages\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\ncongruent = {{ path = {crate_root:?} }}\n[profile.dev]\ndebug = false\n"
    );
    for (name, path) in programs {
        let program = name.replace('/', "__");
        manifest += &format!("[[bin]]\nname = {program:?}\npath = {path:?}\n");
    }
    fs::write(folder.join("Cargo.toml"), manifest).expect("a writable manifest");
    fs::copy(crate_root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    let check = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--keep-going", "--bins", "--message-format=json"])
        .env("CARGO_TARGET_DIR", folder.with_file_name("pages").join("target")) // both with one build of the crate
        .env("CARGO_INCREMENTAL", "1") // as users have it; rustc drops more of its repetitions without
        .env("RUSTFLAGS", "--diagnostic-width=140 --cfg trybuild --verbose") // as trybuild has it
        .current_dir(&folder)
        .output()
        .expect("cargo");
    let mut outputs: BTreeMap<String, Output> =
        programs.iter().map(|(name, _)| (name.clone(), Output::default())).collect();
    for line in String::from_utf8_lossy(&check.stdout).lines() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let message = &line["message"];
        let summary = message["message"].as_str().is_some_and(|text| text.starts_with("aborting due to"));
        if !message["rendered"].is_string() || summary || message["level"] == "failure-note" {
            continue;
        }
        let program = line["target"]["name"].as_str().unwrap_or_default().replace("__", "/");
        let Some(output) = outputs.get_mut(&program) else { continue };
        output.errors += usize::from(message["level"] == "error");
        let text = message["rendered"].as_str().unwrap_or_default().replace(&format!("{}/", crate_root.display()), "");
        if !output.messages.contains(&text) {
            output.messages.push(text);
        }
    }
    outputs
}

/// The lines of an answer, without what trybuild takes away as well: how far they are indented, the folder of the crate, and the numbers of
/// lines in files that are no pages.
fn lines(answer: &str) -> Vec<String> {
    let mut elsewhere = false;
    let line = |line: &str| {
        let line = line.trim().replace("$DIR/", "");
        if let Some((arrow, path)) = line.split_once(' ').filter(|(arrow, _)| ["-->", ":::"].contains(arrow)) {
            elsewhere = !path.starts_with("ui-tests/") || path.starts_with("ui-tests/support/");
            let path = if elsewhere { path.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':') } else { path };
            return format!("{arrow} {path}");
        }
        let code = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let is_code = code.starts_with('|') || code.starts_with(['+', '-', '~']) && code.len() < line.len();
        match line[..line.len() - code.len()].trim_end() {
            number if is_code && !elsewhere => format!("{number} {code}").trim_start().to_owned(),
            _ if is_code => code.to_owned(),
            _ => line,
        }
    };
    answer.lines().map(line).filter(|line| !line.is_empty()).collect()
}

/// Each page is compiled and says what stands beside it; and has as many errors as it has mistakes, for a tool that reads them one by
/// one.
#[test]
fn each_page_gives_its_answer_and_each_mistake_is_counted_once() {
    let pages = all();
    let outputs = check(&pages);
    let mut wrong = String::new();
    for page in &pages {
        let (name, output) = (page.name(), &outputs[&page.name()]);
        let expected = RAW.iter().find(|(known, ..)| *known == name).map_or(page.errors, |(_, errors, _)| *errors);
        if output.errors != expected {
            wrong += &format!("{name}: {} errors instead of {expected}\n", output.errors);
        }
        let answer = output.messages.concat();
        if expected > 0 && lines(&answer) != lines(&page.answer) {
            wrong += &format!("{name} says\n{answer}\ninstead of\n{}\n", page.answer);
        }
    }
    assert!(wrong.is_empty(), "{wrong}{} has how to change answers", file!());
}

/// Each thing that an answer says to write is written where a reader would write it, and the program compiles; or the page says why not.
#[test]
fn each_cure_compiles() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cured");
    let mut wrong = Vec::new();
    let mut programs = Vec::new();
    for page in all() {
        let text = fs::read_to_string(&page.path).expect("a readable page");
        let cures = cures::cures(&text, &page.answer);
        if cures.is_empty() || page.by_hand.is_some() {
            if cures.is_empty() && page.by_hand.is_some() {
                wrong.push(format!("{}: nothing is to be written", page.name()));
            }
            continue;
        }
        let Some(cured) = cures::apply(&text, &cures) else {
            wrong.push(format!("{}: nobody knows where `{}` goes", page.name(), cures[0].write));
            continue;
        };
        let support = root().join("support");
        let cured = cured.replace("../support", &support.to_string_lossy());
        let path = folder.join(page.name()).with_extension("rs");
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        if fs::read_to_string(&path).ok().as_ref() != Some(&cured) {
            fs::write(&path, &cured).expect("a writable program");
        }
        programs.push((format!("cured/{}", page.name()), path));
    }
    let outputs = check_programs(&programs);
    for (name, output) in outputs.iter().filter(|(_, output)| output.errors > 0) {
        wrong.push(format!("{name}:\n{}", output.messages.concat()));
    }
    assert!(wrong.is_empty(), "{}\n{} cures do not compile", wrong.join("\n"), wrong.len());
}

/// What an answer says, without the code that it shows.
fn said(answer: &str) -> String {
    let is_code = |line: &&str| {
        let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let numbered = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        numbered && (rest.starts_with('|') || rest.is_empty()) || line.contains("--> ") || line.contains("::: ")
    };
    answer.lines().filter(|line| !is_code(line)).fold(String::new(), |text, line| text + line + "\n")
}

/// Whether a text holds a number or name, and not only as a part of another one.
fn holds(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[test]
fn each_answer_holds_the_numbers_and_names() {
    let mut missing = Vec::new();
    for page in all() {
        let said = said(&page.answer);
        let lacks = page.says.iter().filter(|word| !holds(&said, word));
        missing.extend(lacks.map(|word| format!("`{word}` in {}", page.path.display())));
    }
    assert!(missing.is_empty(), "answers do not hold\n{}", missing.join("\n"));
}

#[test]
fn pages_are_short() {
    for page in all() {
        assert!(page.code.lines().count() < 15, "{} has more than 15 lines", page.path.display());
    }
}

/// Where rustc says which macro wrote something, and which bound keeps `new` from being there: no attribute takes these notes away.
/// (Where a method is not found, it also lists the traits of all crates that have one of its name, as candidates.)
fn is_note_of_rustc(line: &str) -> bool {
    line.contains("this error originates in the macro `__congruent::network_methods`")
        || line.contains("note: trait bound `Digits: congruent::__private::MadeByNew<&'never ()>` was not satisfied")
}

#[test]
fn no_answer_shows_what_is_within() {
    for page in all() {
        for inner in ["UInt<", "UTerm", "GenericArray", "__private", "__congruent", "typenum"] {
            let shown = page
                .answer
                .lines()
                .any(|line| line.contains(inner) && !line.contains("candidate #") && !is_note_of_rustc(line));
            assert!(!shown, "{} shows `{inner}`", page.path.display());
        }
        for line in page.answer.lines().filter(|line| line.starts_with("error")) {
            assert!(!line.contains("::") || line.contains('`'), "{}: {line}", page.path.display());
        }
    }
}

/// The lines of this crate's own that an answer may show: what stands there, and why rustc is not to be kept from showing it.
///
/// rustc tells of a call with wrong arguments where the method is declared, and of a bound that does not hold where the bound
/// is; no attribute keeps it from that, and what is declared in this crate is shown from this crate. So these lines are such as
/// the user sees in the documentation: the trait that a layer implements, and signatures of what was called. A check of two
/// constants of a call, which only the compiled call knows, fails where it stands.
const OWN_LINES: &[(&str, &[&str], &str)] = &[
    (
        "src/layer/mod.rs",
        &[
            "type Input: Shape;",
            "type Output: Shape;",
            "type Head: Activation;",
            "type Gradient: GradientOf<Self>;",
            "type Tape<const B: usize>: Plain;",
        ],
        "the trait that the user is to implement",
    ),
    (
        "src/train/mod.rs",
        &["pub fn step<N, T, const B: usize>(", "L: Loss<Output<N>, T> + CompatibleWith<Head<N>>,"],
        "the signature of the method that was called",
    ),
    (
        "src/train/mod.rs",
        &["pub struct Workspace<N: Network, O: Optimizer, const BATCH: usize> {"],
        "the declaration of the type that was named",
    ),
    (
        "src/train/fit/mod.rs",
        &[
            "pub fn metric(mut self, metric: impl Metric<N::Output, T> + 'a) -> Self {",
            "pub fn run(",
            "pub fn batch<const SIZE: usize>(self) -> Fit<'a, N, T, L, O, SIZE> {",
            "L: Loss<N::Output, T> + CompatibleWith<N::Head>,",
        ],
        "the signatures of the methods that were called",
    ),
    (
        "src/train/optimizer/adam.rs",
        &["pub struct Adam {"],
        "the declaration of the type of which there is no such method",
    ),
    (
        "src/memory/aligned_box.rs",
        &["pub struct Boxed<T>(Box<Line<T>>);"],
        "the declaration of the type of which there is no such method",
    ),
    (
        "src/train/history/mod.rs",
        &["pub struct History {"],
        "the declaration of the type of which there is no such method",
    ),
    (
        "src/train/mod.rs",
        &["const { assert_capacity(K, B) };", "const { assert_enough::<N::Network>(B) };"],
        "constants of the call, known when it is compiled",
    ),
    (
        "src/int8/quantize.rs",
        &["impl<'a, N: HasInt8> Quantize<'a, N> {", "pub fn new(network: &'a N) -> Self {"],
        "the signature of the method that was called",
    ),
    (
        "src/layers/recurrent/mod.rs",
        &["pub fn step(&self, state: &mut C::State<HIDDEN>, input: &[f32; IN]) -> [f32; HIDDEN] {"],
        "the signature of the method that was called",
    ),
];

/// The lines of this crate that an answer shows, each with its file.
fn own_lines(answer: &str) -> Vec<(&str, &str)> {
    let mut own = Vec::new();
    let mut file = "";
    for line in answer.lines().map(str::trim_start) {
        if let Some((_, path)) = line.split_once("--> ").or_else(|| line.split_once("::: ")) {
            file = path;
        }
        // trybuild takes the numbers off these lines
        let code = line.strip_prefix('|').map(str::trim).filter(|code| code.contains(char::is_alphanumeric));
        if let (true, Some(code)) = (file.starts_with("src/"), code) {
            own.push((file, code));
        }
    }
    own
}

#[test]
fn no_answer_shows_code_of_this_crate() {
    let mut unseen: Vec<&str> = OWN_LINES.iter().flat_map(|(_, lines, _)| *lines).copied().collect();
    for page in all() {
        for (file, code) in own_lines(&page.answer) {
            let underlined = code.starts_with(['^', '-', '|', '_']);
            let known = OWN_LINES.iter().any(|(known, lines, _)| *known == file && lines.contains(&code));
            assert!(underlined || known, "{} shows `{code}` of {file}", page.path.display());
            unseen.retain(|line| *line != code);
        }
    }
    assert!(unseen.is_empty(), "no answer shows {unseen:?} any more");
}

/// The names that layers have elsewhere: the table that the macro's messages are made of.
#[allow(dead_code)]
#[path = "../../macros/src/layers/foreign.rs"]
mod foreign;

/// The table of the words of another framework, in the chapter about it.
fn foreign_words(topic: &str) -> String {
    use foreign::{FOREIGN, Framework, Here};
    let framework = match topic {
        "pytorch" => Framework::PyTorch,
        "keras" => Framework::Keras,
        _ => return String::new(),
    };
    let mut text = String::from("\n| there | here |\n|---|---|\n");
    for word in FOREIGN.iter().filter(|word| [framework, Framework::Both].contains(&word.framework)) {
        let here = match word.here {
            Here::Named(here) => format!("`{here}`"),
            Here::Else(what, cure) => format!("{what}: {cure}"),
            Here::Absent => "nothing: a custom layer".into(),
        };
        text += &format!("| `{}` | {here} |\n", word.word);
    }
    text
}

/// Code and errors side by side.
fn index() -> String {
    let mut text = String::from(
        "# The book of compile errors\n\n\
         What the compiler says to each mistake. This page is made from the files beside it by\n\
         `BLESS=1 cargo test -p congruent-ui-tests`, and a test keeps it true.\n\n\
         One mistake is one error. A macro does not know whether a type, a value or an item is wanted of it: where nothing\n\
         can be read of `network![]`, rustc takes it for `()`, and tells of what is asked of that as well.\n\n\
         Code of this crate is shown where rustc points to what was called or is to be implemented: the trait `Layer`, the\n\
         signatures of `Trainer::step`, of `Fit` and of the `step` of a recurrent layer, the declaration of `Workspace`, and the\n\
         check of `step_array`. It does so for every method of another crate, and neither an attribute nor a macro around\n\
         the method changes it; methods of a trait would hide their bounds, but not their signatures, and the trait would\n\
         have to be imported. `tests/ui` lists these lines, and holds the pages against the list.\n",
    );
    for (topic, title) in TOPICS {
        text += &format!("\n## {title}\n");
        text += &foreign_words(topic);
        for Page { heading, code, answer, by_hand, path, .. } in pages(topic) {
            let heading = heading[..1].to_uppercase() + &heading[1..];
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let answer = answer.replace("ui-tests/", "");
            let answer = answer.trim();
            text += &format!("\n### {heading}\n\n[`{topic}/{file}`]({topic}/{file})\n\n```rust\n{code}\n```\n\n");
            text += &format!("```text\n{answer}\n```\n");
            if let Some(reason) = by_hand {
                text += &format!("\nNot to be applied as it stands: {reason}.\n");
            }
        }
    }
    text
}

#[test]
fn the_index_is_true() {
    let path = root().join("README.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, index()).expect("a writable index");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == index(), "ui-tests/README.md is stale: run `BLESS=1 cargo test -p congruent-ui-tests`");
}
