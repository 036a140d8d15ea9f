use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::{super::source::gzip, *};

fn csv(text: &str) -> Csv<'_> {
    Csv::from_reader("data.csv", text.as_bytes()).unwrap()
}

fn bare(text: &str) -> Csv<'_> {
    csv(text).header(false)
}

fn classes_error(csv: Csv) -> String {
    csv.classes::<2>(3).unwrap_err().to_string()
}

#[test]
fn the_last_column_is_the_target() {
    let data = csv("a,b,class\n1,2,0\n-3.5, 4e2 ,2\n").classes::<2>(3).unwrap();
    assert_eq!(data.inputs(), [[1.0, 2.0], [-3.5, 400.0]]);
    assert_eq!(data.targets(), [0, 2]);
    let data = bare("1;2;7;8").delimiter(b';').numbers::<2, 2>().unwrap();
    assert_eq!(data.into_parts(), (vec![[1.0, 2.0]], vec![[7.0, 8.0]]));
}

#[test]
fn targets_are_chosen_by_position_or_name() {
    let text = "id,y,a,x,b\nk,1,2,3,4\n";
    let data = csv(text).target("x").ignore(["id"]);
    assert_eq!(data.numbers().unwrap().into_parts(), (vec![[1.0, 2.0, 4.0]], vec![[3.0]]));
    let data = csv(text).targets(["x", "y"]).ignore(["id"]);
    assert_eq!(data.numbers().unwrap().into_parts(), (vec![[2.0, 4.0]], vec![[3.0, 1.0]]));
    let data = csv(text).target(1).ignore([0]);
    assert_eq!(data.classes(2).unwrap().into_parts(), (vec![[2.0, 3.0, 4.0]], vec![1]));
    let data = csv(text).ignore([4, 0]).numbers::<2, 1>().unwrap();
    assert_eq!(data.into_parts(), (vec![[1.0, 2.0]], vec![[3.0]]));

    assert_eq!(
        classes_error(csv(text).target("z")),
        "data.csv, line 1: expected a column named `z`, found `id`, `y`, `a`, `x`, `b`"
    );
    assert_eq!(
        classes_error(bare("1,2,0").target("z")),
        "data.csv, line 1: expected a column named `z`, found no names, as the file is read without a header"
    );
    assert_eq!(
        classes_error(bare("1,2,0").target(3)),
        "data.csv, line 1: expected a column at position 3, counted from 0, found 3 columns"
    );
    assert_eq!(classes_error(csv(text).targets(["x", "y"])), "data.csv: expected 1 target column, found 2 chosen");
}

#[test]
fn names_are_numbered_as_they_appear() {
    let (data, names) = bare("1,2,\"b, or so\"\n3,4,a\n5,6, b\n7,8,a\n").named_classes::<2>().unwrap();
    assert_eq!(names, ["b, or so", "a", "b"]);
    assert_eq!(data.targets(), [0, 1, 2, 1]);
    let error = bare("1,2,\n").named_classes::<2>().unwrap_err().to_string();
    assert_eq!(error, "data.csv, line 1, column 3: expected the name of a class, found an empty cell");
}

#[test]
fn a_wrong_cell_is_named_by_line_and_column() {
    let with = |cell: &str| format!("weight,age,class\n1,2,0\n3,{cell},1\n");
    for (cell, message) in [
        ("abc", "a number, found `abc`"),
        ("", "a number, found an empty cell"),
        ("NaN", "a finite number, found `NaN`"),
        ("-inf", "a finite number, found `-inf`"),
        ("1e999", "a finite number, found `1e999`"),
        ("\"1\n2\"", "a number, found `1\\n2`"),
        (&"x".repeat(100), &format!("a number, found `{}…`", "x".repeat(40))),
    ] {
        assert_eq!(classes_error(csv(&with(cell))), format!("data.csv, line 3, column 2 (`age`): expected {message}"));
    }
    for cell in ["3", "-1", "1.5", "cat"] {
        assert_eq!(
            classes_error(bare(&format!("1,2,{cell}"))),
            format!("data.csv, line 1, column 3: expected a whole number below 3 (a class), found `{cell}`")
        );
    }
    let bytes = Csv::from_reader("b", &b"1,\xff,0"[..]).unwrap();
    assert_eq!(classes_error(bytes.header(false)), "b, line 1, column 2: expected text in UTF-8, found `\u{fffd}`");
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for text in ["1,2,0\n3,x,0\n", "1,2,0\r\n3,x,0\r\n", "1,2,0\n3,x,0", "\u{feff}1,2,0\r\n3,x,0"] {
        let error = classes_error(bare(text));
        assert!(error.contains("line 2, column 2"), "{text:?}: {error}");
    }
    for text in ["\n\n1,2,0\n\n\n3,x,0\n", "\r\n \r\n1,2,0\r\n\r\n\r\n3,x,0\r\n", "\n\"1\",\"2\n\n\",0\n3,x,0\n"] {
        let error = classes_error(bare(text));
        let line = if text.contains('"') { 5 } else { 6 };
        assert!(error.contains(&format!("line {line}, column 2")), "{text:?}: {error}");
    }
    assert_eq!(
        classes_error(bare("1,2,0\n3,\"4,0\n5,6,0\n")),
        "data.csv, line 2: expected a closing quote, found the end of the file"
    );
    let quoted = bare("1,\"2\",\"0\"\r\n3,4,\"1\"\r\n").classes::<2>(3).unwrap();
    assert_eq!(quoted.targets(), [0, 1]);
}

#[test]
fn the_number_of_columns_is_checked() {
    assert_eq!(
        classes_error(csv("a,b\n1,2\n")),
        "data.csv, line 1: expected 3 columns (2 features and 1 target), found 2"
    );
    assert_eq!(
        classes_error(bare("\n1,2,3,0\n")),
        "data.csv, line 2: expected 3 columns (2 features and 1 target), found 4"
    );
    assert_eq!(
        classes_error(csv("i,a,b\n1,2,3\n").ignore(["i"])),
        "data.csv, line 1: expected 4 columns (2 features and 1 target, 1 ignored), found 3"
    );
    assert_eq!(classes_error(bare("1,2,0\n1,2,0\n1,2\n")), "data.csv, line 3: expected 3 columns, found 2");
}

#[test]
fn an_empty_file_and_a_missing_header_are_told() {
    for text in ["", "\n \r\n"] {
        assert_eq!(classes_error(csv(text)), "data.csv: expected a header, found an empty file");
        assert_eq!(classes_error(bare(text)), "data.csv: expected at least one line of data, found none");
    }
    assert_eq!(classes_error(csv("a,b,c\n")), "data.csv: expected at least one line of data, found only a header");
    assert_eq!(
        classes_error(csv("1,2,0\n3,4,1\n")),
        "data.csv, line 1: expected names of columns (a file without them needs `.header(false)`), found numbers only"
    );
    assert_eq!(csv("0,1,2\n3,4,1\n").classes::<2>(3).unwrap().len(), 1);
}

#[test]
fn gzipped_files_are_read_by_path() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("table.txt");
    std::fs::write(&path, gzip(b"a,b,c\n1,2,0\n")).unwrap();
    let data = Csv::open(&path).unwrap().classes::<2>(1).unwrap();
    assert_eq!(data.inputs(), [[1.0, 2.0]]);
    assert!(Csv::open(dir.path().join("other")).is_err());
}

const TABLE: &str = "\u{feff}a,\"b\",class\r\n1,2,0\r\n\"3\",4.5e1,1\n\n5,6,2";

#[test]
fn every_truncation_is_an_error_or_a_shorter_table() {
    for (whole, packed) in [(TABLE.as_bytes().to_vec(), false), (gzip(TABLE.as_bytes()), true)] {
        for end in 0..whole.len() {
            let read = Csv::from_reader("a", &whole[..end]);
            match read.and_then(|csv| csv.classes::<2>(3)) {
                Ok(data) => assert!(!packed && data.len() <= 3, "{end}"),
                Err(error) => assert!(error.to_string().starts_with('a')),
            }
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
    for file in [TABLE.as_bytes().to_vec(), gzip(TABLE.as_bytes())] {
        for _ in 0..10_000 {
            let mut damaged = file.clone();
            for _ in 0..rng.random_range(1..5) {
                let at = rng.random_range(0..damaged.len());
                damaged[at] = match rng.random_range(0..3) {
                    0 => b"\",\n\r0"[rng.random_range(0..5)],
                    _ => rng.random(),
                };
            }
            let open = || Csv::from_reader("a", &damaged[..]);
            let _ = open().and_then(|csv| csv.classes::<2>(3));
            let _ = open().and_then(|csv| csv.header(false).named_classes::<2>());
            let _ = open().and_then(|csv| csv.target("b").ignore([0]).numbers::<1, 1>());
        }
    }
}
