//! Neither inference nor a step of training can panic: `tests/no-panic` is a program of every layer but those over images,
//! of every activation, loss and optimizer, whose panic handler calls a function that does not exist. It links only if the
//! optimiser finds that nothing ever calls the handler.

use std::path::Path;
use std::process::Command;

/// Whether the program links, and what the linker says.
fn links(arguments: &[&str]) -> (bool, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-panic");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--locked", "--manifest-path", "tests/no-panic/Cargo.toml", "--target-dir"])
        .arg(target)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "other linkers are told otherwise")]
fn nothing_can_panic() {
    for profile in ["release", "small"] {
        let (links, text) = links(&["--profile", profile]);
        assert!(links, "{text}");
    }
    let (links, text) = links(&["--release", "--features", "panics"]);
    assert!(!links && text.contains("something_can_panic"), "the check notices nothing: {text}");
}
