//! Files that are written whole or not at all.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::Builder;

/// Writes a file beside `path`, brings it to disk, and only then gives it its name: whatever goes wrong, what stood at `path` stays,
/// and nobody ever reads half a file.
///
/// | at `path` is | what happens |
/// |---|---|
/// | nothing | a new file, with the permissions that the umask allows |
/// | a regular file | it is replaced by one of the same mode, owner and group; other hard links to it keep the old contents |
/// | a file that may not be written | an error, even where the folder would allow to replace it |
/// | a symbolic link | it is followed: the link stays, and the file that it leads to is written, or made |
/// | a pipe, a device | it is written to as it is |
/// | a folder, links in a circle, a file with a slash behind | an error |
///
/// # Errors
///
/// Those of the operating system, and where the permissions forbid it; nothing is left behind.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = path.metadata().ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return fs::write(path, bytes);
    }
    let path = followed(path)?;
    if let Some(old) = &old {
        may_write(&path, old)?;
    }
    let mut builder = Builder::new();
    builder.prefix(".congruent-");
    // A temporary file is private to its owner; a new file is an ordinary one, as the umask allows.
    #[cfg(unix)]
    if old.is_none() {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder_of(&path))?;
    file.write_all(bytes)?;
    if let Some(old) = &old {
        keep_owner_and_mode(file.as_file(), old)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Tries whether a file of this crate could be written at `path`, and leaves everything as it is. For long work whose result goes there.
///
/// # Errors
///
/// Those of writing the file, but for a disk that becomes full.
pub fn check_writable(path: impl AsRef<Path>) -> io::Result<()> {
    let path = path.as_ref();
    let old = match path.metadata() {
        Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => return Ok(()),
        old => old.ok(),
    };
    let path = followed(path)?;
    // a name that no file can have
    match (path.symlink_metadata(), path.file_name()) {
        (Err(cause), _) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        (_, None) => return Err(io::ErrorKind::InvalidFilename.into()),
        (_, Some(name)) if !path.as_os_str().as_encoded_bytes().ends_with(name.as_encoded_bytes()) => {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        _ => {}
    }
    if let Some(old) = &old {
        may_write(&path, old)?;
    }
    Builder::new().prefix(".congruent-").tempfile_in(folder_of(&path)).map(drop)
}

/// Where the temporary file stands.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Where a symbolic link leads, whether there is a file or not; the path itself, if it is no link.
fn followed(path: &Path) -> io::Result<PathBuf> {
    const MOST_LINKS: usize = 40; // as many as Linux follows
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    Err(io::Error::other("too many symbolic links, one after the other"))
}

/// Whether a file may be written: to replace it takes a right on its folder only.
fn may_write(path: &Path, old: &Metadata) -> io::Result<()> {
    // the superuser may open what is read-only, too
    if old.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    OpenOptions::new().write(true).open(path).map(drop)
}

/// Makes a file that of the owner of another, with the same mode.
fn keep_owner_and_mode(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};

        let new = file.metadata()?;
        let differs = |old: u32, new: u32| (old != new).then_some(old);
        let (user, group) = (differs(old.uid(), new.uid()), differs(old.gid(), new.gid()));
        if user.is_some() || group.is_some() {
            fchown(file, user, group).map_err(|cause| {
                let what = format!("its owner and group cannot be kept by a new file in its place ({cause})");
                io::Error::new(cause.kind(), what)
            })?;
        }
    }
    // after the owner, a change of which takes bits of the mode away
    file.set_permissions(old.permissions())
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::fs::{create_dir, read, read_dir, write};
    use std::process::Command;
    use std::time::Instant;

    use super::*;

    fn count(folder: &Path) -> usize {
        read_dir(folder).unwrap().count()
    }

    #[test]
    fn the_file_is_replaced_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        for bytes in [&b"first"[..], b"2"] {
            write_whole(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap(), bytes);
        }
        assert!(write_whole(&dir.path().join("missing/a.csv"), b"x").is_err());
        assert!(write_whole(&path.join("b.csv"), b"x").is_err(), "a file as a folder");
        assert_eq!(count(dir.path()), 1);
    }

    #[test]
    fn paths_that_name_no_file_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        create_dir(dir.path().join("folder")).unwrap();
        for path in ["folder", "folder/", "folder/..", "new.csv/", "new.csv/.", "zero\0.csv", "no/such/folder.csv"] {
            assert!(check_writable(dir.path().join(path)).is_err(), "{path}");
            assert!(write_whole(&dir.path().join(path), b"x").is_err(), "{path}");
        }
        assert!(write_whole(Path::new(""), b"x").is_err());
        assert!(check_writable("").is_err());
        let old = dir.path().join("old.csv");
        write(&old, b"old").unwrap();
        assert!(write_whole(&dir.path().join("old.csv/"), b"x").is_err());
        assert_eq!(read(&old).unwrap(), b"old");
        let long = "n".repeat(300);
        assert!(check_writable(dir.path().join(&long)).is_err());
        assert!(write_whole(&dir.path().join(long), b"x").is_err());
        assert_eq!(count(dir.path()), 2);
    }

    #[test]
    fn to_try_a_path_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("old.csv");
        write(&old, b"old").unwrap();
        check_writable(&old).unwrap();
        check_writable(dir.path().join("new.csv")).unwrap();
        assert_eq!((read(&old).unwrap(), count(dir.path())), (b"old".to_vec(), 1));
    }

    /// A command that runs this one test in a process of its own, with the file to write in the variable `WRITES`.
    fn this_test(name: &str, path: &Path) -> Vec<std::ffi::OsString> {
        let name = format!("{}::{name}", module_path!().split_once("::").unwrap().1);
        let exe = std::env::current_exe().unwrap();
        vec!["env".into(), format!("WRITES={}", path.display()).into(), exe.into(), "--exact".into(), name.into()]
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_is_killed_leaves_a_whole_file() {
        const LENGTH: usize = 200_000;
        if let Some(path) = std::env::var_os("WRITES") {
            loop {
                for byte in *b"ab" {
                    write_whole(Path::new(&path), &[byte; LENGTH]).unwrap();
                }
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        let command = this_test("a_process_that_is_killed_leaves_a_whole_file", &path);
        for round in 0..12 {
            write(&path, [b'a'; LENGTH]).unwrap();
            let mut child =
                Command::new(&command[0]).args(&command[1..]).stdout(std::process::Stdio::null()).spawn().unwrap();
            let started = Instant::now();
            while read(&path).unwrap().starts_with(b"a") && started.elapsed() < Duration::from_secs(20) {}
            std::thread::sleep(Duration::from_millis(round));
            child.kill().unwrap();
            child.wait().unwrap();
            let found = read(&path).unwrap();
            assert!(found == [b'a'; LENGTH] || found == [b'b'; LENGTH], "round {round}: {} bytes", found.len());
        }
    }

    /// As on a disk that is full: a limit on the size of files makes the writing fail on the way.
    #[cfg(target_os = "linux")]
    #[test]
    fn where_there_is_no_room_the_old_file_stays() {
        if let Some(path) = std::env::var_os("WRITES") {
            let path = Path::new(&path);
            assert!(write_whole(path, &[b'x'; 1 << 20]).is_err());
            assert_eq!(read(path).unwrap(), b"old");
            assert_eq!(count(path.parent().unwrap()), 1);
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.safetensors");
        write(&path, b"old").unwrap();
        let command = this_test("where_there_is_no_room_the_old_file_stays", &path);
        let limited = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
        let output = Command::new("sh").args(["-c", limited]).args(&command).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
        assert!(write_whole(Path::new("/dev/full"), b"x").is_err());
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

        use super::*;

        fn mode(path: &Path) -> u32 {
            path.metadata().unwrap().permissions().mode() & 0o7777
        }

        fn set_mode(path: &Path, mode: u32) {
            fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        }

        #[test]
        fn a_new_file_is_an_ordinary_one() {
            let dir = tempfile::tempdir().unwrap();
            let (whole, ordinary) = (dir.path().join("a"), dir.path().join("b"));
            write_whole(&whole, b"").unwrap();
            write(&ordinary, b"").unwrap();
            assert_eq!(mode(&whole), mode(&ordinary));
        }

        #[test]
        fn an_old_file_keeps_its_mode() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a");
            write(&path, b"old").unwrap();
            for kept in [0o600, 0o640, 0o666, 0o755, 0o200] {
                set_mode(&path, kept);
                write_whole(&path, &[1]).unwrap();
                assert_eq!(mode(&path), kept, "{kept:o}");
            }
            set_mode(&path, 0o600);
            assert_eq!(read(&path).unwrap(), [1]);
        }

        #[test]
        fn a_file_that_is_read_only_stays() {
            let dir = tempfile::tempdir().unwrap();
            let (path, link) = (dir.path().join("a"), dir.path().join("link"));
            write(&path, b"old").unwrap();
            set_mode(&path, 0o444);
            symlink("a", &link).unwrap();
            for path in [&path, &link] {
                assert!(check_writable(path).is_err());
                let error = write_whole(path, b"new").unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            }
            assert_eq!((read(&path).unwrap(), mode(&path), count(dir.path())), (b"old".to_vec(), 0o444, 2));
        }

        /// Only the superuser can give files away.
        #[test]
        fn an_old_file_keeps_its_owner() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a");
            write(&path, b"old").unwrap();
            let is_superuser = chown(&path, Some(12_345), Some(12_346)).is_ok();
            set_mode(&path, 0o4750);
            let before = path.metadata().unwrap();
            write_whole(&path, b"new").unwrap();
            let after = path.metadata().unwrap();
            assert_eq!((after.uid(), after.gid(), mode(&path)), (before.uid(), before.gid(), 0o4750));
            assert_eq!(after.uid() == 12_345, is_superuser);
            assert_eq!(read(&path).unwrap(), b"new");
        }

        #[test]
        fn links_are_followed() {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            create_dir(at("folder")).unwrap();
            write(at("a"), b"old").unwrap();
            set_mode(&at("a"), 0o600);
            // to a file; to a link; up from a folder; to nothing yet; to nothing yet by its whole path
            let links = [("to_a", "a"), ("to_link", "to_a"), ("folder/up", "../to_link"), ("new", "folder/made")];
            for (link, to) in links {
                symlink(to, at(link)).unwrap();
            }
            symlink(at("folder/absolute"), at("whole")).unwrap();
            for (i, link) in ["to_a", "to_link", "folder/up"].iter().enumerate() {
                write_whole(&at(link), &[i as u8]).unwrap();
                assert!(at(link).is_symlink());
                assert_eq!((read(at("a")).unwrap(), mode(&at("a"))), (vec![i as u8], 0o600));
            }
            for (link, made) in [("new", "folder/made"), ("whole", "folder/absolute")] {
                write_whole(&at(link), b"made").unwrap();
                assert!(at(link).is_symlink() && !at(made).is_symlink());
                assert_eq!(read(at(made)).unwrap(), b"made");
            }
        }

        #[test]
        fn links_that_lead_nowhere_are_refused() {
            let dir = tempfile::tempdir().unwrap();
            let at = |name: &str| dir.path().join(name);
            for (link, to) in [("a", "b"), ("b", "a"), ("itself", "itself"), ("dangling", "no/such/folder")] {
                symlink(to, at(link)).unwrap();
            }
            for link in ["a", "b", "itself", "dangling"] {
                assert!(check_writable(at(link)).is_err(), "{link}");
                assert!(write_whole(&at(link), b"x").is_err(), "{link}");
                assert!(at(link).is_symlink(), "{link}");
            }
            assert_eq!(count(dir.path()), 4);
        }

        #[test]
        fn pipes_and_devices_are_written_to() {
            write_whole(Path::new("/dev/null"), b"x").unwrap();
            assert!(!Path::new("/dev/null").is_file());
            let dir = tempfile::tempdir().unwrap();
            let pipe = dir.path().join("pipe");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            let reader = std::thread::spawn({
                let pipe = pipe.clone();
                move || read(pipe).unwrap()
            });
            write_whole(&pipe, b"through").unwrap();
            assert_eq!(reader.join().unwrap(), b"through");
            assert!(!pipe.is_file());
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_folder_that_cannot_be_written_in_is_an_error() {
            // not even by the superuser
            assert!(write_whole(Path::new("/proc/congruent.csv"), b"x").is_err());
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a");
            write(&path, b"old").unwrap();
            set_mode(dir.path(), 0o555);
            let written = write_whole(&path, b"new");
            set_mode(dir.path(), 0o755);
            let expected: &[u8] = if written.is_ok() { b"new" } else { b"old" };
            assert_eq!((read(&path).unwrap().as_slice(), count(dir.path())), (expected, 1));
        }

        #[test]
        fn other_hard_links_keep_what_they_have() {
            let dir = tempfile::tempdir().unwrap();
            let (path, other) = (dir.path().join("a"), dir.path().join("b"));
            write(&path, b"old").unwrap();
            fs::hard_link(&path, &other).unwrap();
            write_whole(&path, b"new").unwrap();
            assert_eq!((read(&path).unwrap(), read(&other).unwrap()), (b"new".to_vec(), b"old".to_vec()));
        }
    }
}
