//! Neither inference nor a step of training can panic: `tests/no-panic` is a program of every layer, activation, loss and
//! optimizer, whose panic handler calls a function that does not exist. It links only if the optimiser finds that nothing
//! ever calls the handler.

use std::path::Path;
use std::process::Command;

/// Whether the program links, and what the linker says.
///
/// Each profile has a folder of its own: linked as a whole, the program keeps one core busy for a minute, and the other is for other tests.
fn links(profile: &str, arguments: &[&str]) -> (bool, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-panic").join(profile);
    let output = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--manifest-path", "no-panic/Cargo.toml", "--target-dir"])
        .arg(target)
        .args(["--profile", profile])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "other linkers are told otherwise")]
fn nothing_can_panic() {
    let (linked, text) = links("release", &[]);
    assert!(linked, "{text}");
    let (linked, text) = links("release", &["--features", "panics"]);
    assert!(!linked && text.contains("something_can_panic"), "the check notices nothing: {text}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "other linkers are told otherwise")]
fn nothing_can_panic_in_a_small_program() {
    let (linked, text) = links("small", &[]);
    assert!(linked, "{text}");
}

#[test]
fn the_program_has_every_loss_and_optimizer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a file of the project");
    let program = read("tests/no-panic/src/main.rs");
    let words: Vec<&str> = program.split(|c: char| !c.is_alphanumeric()).collect();
    // what a module exports besides traits and what goes with the others
    let types = |file: &str, others: &[&str]| -> Vec<String> {
        let source = read(file);
        let exports = source.lines().filter_map(|line| line.strip_prefix("pub use ")?.split_once("::"));
        let names = exports.flat_map(|(_, names)| names.split(|c: char| !c.is_alphanumeric()));
        names.filter(|name| !name.is_empty() && !others.contains(name)).map(String::from).collect()
    };
    let (losses, optimizers) =
        (types("src/train/loss/mod.rs", &["ClassIndex"]), types("src/train/optimizer/mod.rs", &[]));
    let names = [losses, optimizers].concat();
    assert!(names.len() > 6, "few names were found: {names:?}");
    assert!(program.contains("every_layer!(each_alone)"), "the tests' list of every layer is not in the program");
    for name in names {
        assert!(words.contains(&name.as_str()), "`{name}` is not in the program that cannot panic");
    }
}
