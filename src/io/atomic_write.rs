//! Files that are either whole or not there.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use tempfile::Builder;

/// Writes a file beside `path`, brings it to disk, and only then gives it its name: whatever goes wrong, what stood at `path` stays,
/// and nobody ever reads half a file. A symbolic link stays one. What is no regular file, such as a pipe, is written to as it is.
///
/// # Errors
///
/// What the operating system or `write` says; nothing is left behind.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(path, bytes);
    }
    let resolved = path.canonicalize();
    let path = resolved.as_deref().unwrap_or(path);
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".congruent-");
    // A temporary file is private to its owner; this one becomes an ordinary file, as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir, read, read_dir};

    use super::*;

    #[test]
    fn the_file_is_replaced_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        for bytes in [&b"first"[..], b"2"] {
            write_whole(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap(), bytes);
        }
        create_dir(dir.path().join("folder")).unwrap();
        assert!(write_whole(&dir.path().join("folder"), b"x").is_err());
        assert!(write_whole(&dir.path().join("missing/a.csv"), b"x").is_err());
        assert_eq!(read_dir(dir.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("a"), dir.path().join("link"));
        std::fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink("a", &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(read(&file).unwrap(), b"new");
        write_whole(Path::new("/dev/null"), b"x").unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_an_ordinary_one() {
        use std::os::unix::fs::PermissionsExt;

        let dir = tempfile::tempdir().unwrap();
        let (whole, ordinary) = (dir.path().join("a"), dir.path().join("b"));
        write_whole(&whole, b"").unwrap();
        std::fs::write(&ordinary, b"").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
        assert_eq!(mode(&whole), mode(&ordinary));
    }
}
