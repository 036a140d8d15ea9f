//! That all tests run.

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
