//! Programs that forbid unsafe code and try to reach undefined behaviour all the same, by what a macro of this crate does not see: each
//! is refused, with one error. `tests/hostile` has them, and one without an attack, which compiles.

use std::path::Path;
use std::process::Command;

/// What rustc says of a program: an error a line.
fn answer(program: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--message-format", "short", "--manifest-path", "hostile/Cargo.toml", "--bin", program])
        .arg("--target-dir")
        .arg(crate::target())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn no_attack_compiles() {
    let (compiles, text) = answer("honest");
    assert!(compiles, "{text}");
    let attacks = [
        ("attribute_on_parameters", "expected `*const f32`, found `*const Swapped`"),
        ("attribute_on_a_network", "expected `*const Dense<1, 1>`, found `*const Swapped`"),
        ("macro_for_a_type", "`Swapped` is not plain `f32` data"),
        ("another_layer_trait", "`NonZero<u32>` is not plain memory"),
    ];
    for (program, error) in attacks {
        let (compiles, text) = answer(program);
        assert!(!compiles && text.contains(error) && text.matches("error[").count() == 1, "{program}: {text}");
    }
    let programs = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile/src/bin")).expect("a folder");
    assert_eq!(programs.count(), attacks.len() + 1, "a program is not looked at");
}
