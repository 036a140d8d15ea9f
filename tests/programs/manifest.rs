//! That all tests run, and look for overflow.

use std::fs;
use std::path::Path;

#[test]
fn each_file_is_a_module_of_its_program() {
    let mut count = 0;
    for folder in ["files", "gradients", "networks", "parity", "programs"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let main = fs::read_to_string(folder.join("main.rs")).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if name == "main" {
                continue;
            }
            assert!(main.contains(&format!("\nmod {name};\n")), "{} does not run: no `mod {name};`", path.display());
            count += 1;
        }
    }
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.extension().is_none_or(|extension| extension != "rs"), "{} does not run", path.display());
    }
    assert!(count > 20, "only {count} files");
}

/// Optimised as the tests are, the profile still has the checks of an unoptimised build, in the crate as in its tests.
#[test]
fn sums_that_overflow_are_found() {
    let largest = core::hint::black_box(u8::MAX);
    assert!(std::panic::catch_unwind(|| core::hint::black_box(largest + 1)).is_err());
    let asserting = core::hint::black_box(cfg!(debug_assertions));
    assert!(asserting, "what the standard library asserts of unsafe code is asserted");
}
