//! Programs that forbid unsafe code and try to reach undefined behaviour all the same, by what a macro of this crate does not see: each
//! is refused, with one error. `tests/hostile` has them, and one without an attack, which compiles.

use std::path::Path;
use std::process::Command;

/// What rustc says of a program: an error a line.
fn answer(program: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--message-format", "short", "--manifest-path", "hostile/Cargo.toml", "--workspace"])
        .args(["--bin", program])
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
        // of programs with another `::core`, whose `compile_error` is none
        ("refused_plain", "plain memory is its fields and nothing else"),
        ("refused_parameters", "this has been refused"),
        ("refused_network", "`Never` is not a layer"),
        // and of what these are a part of
        ("refused_within", "plain memory is its fields and nothing else"),
        ("refused_within_parameters", "this has been refused"),
        ("refused_within_a_workspace", "plain memory is its fields and nothing else"),
    ];
    for (program, error) in attacks {
        let (compiles, text) = answer(program);
        assert!(!compiles && text.contains(error) && text.matches("error[").count() == 1, "{program}: {text}");
    }
    let folder = |path: &str| std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a folder");
    let programs = folder("hostile/src/bin").count() + folder("hostile/another_core/src/bin").count();
    assert_eq!(programs, attacks.len() + 1, "a program is not looked at");
}
