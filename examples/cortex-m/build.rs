//! Puts the memory map of the board, `memory/$BOARD.x`, where the linker finds it.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let board = env::var("BOARD").unwrap_or_else(|_| "mps2-an386".into());
    let map = format!("memory/{board}.x");
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::copy(&map, Path::new(&folder).join("memory.x"))?;
    println!("cargo::rerun-if-env-changed=BOARD");
    println!("cargo::rerun-if-changed={map}");
    println!("cargo::rustc-link-search={folder}");
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rustc-link-arg-bins=--nmagic");
    println!("cargo::rustc-link-arg-bins=-Map={}", Path::new(&folder).join("map").display());
    Ok(())
}
