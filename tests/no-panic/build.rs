//! What the linker is to be told, since the program has no standard library to tell it.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        // without an operating system the program starts in `main` all the same, so that nothing of it is left out
        println!("cargo::rustc-link-arg-bins=--entry=main");
    } else {
        // the C library starts it, and copies memory
        println!("cargo::rustc-link-arg-bins=-lc");
    }
}
