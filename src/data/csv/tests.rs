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
    let (data, names) = bare("1,2,\"b, or so\"\n3,4,a\n5,6, b\n7,8,a\u{a0}\n").named_classes::<2>().unwrap();
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
fn a_table_without_samples_is_refused() {
    for text in ["", "\n \r\n", "\u{feff}"] {
        let error = "data.csv: expected at least one line of data, found an empty file";
        assert_eq!(classes_error(csv(text)), error);
        assert_eq!(classes_error(bare(text)), error);
    }
    assert_eq!(classes_error(csv("a,b,c\n")), "data.csv: expected at least one line of data, found only a header");
}

#[test]
fn a_first_line_that_can_be_a_sample_needs_the_setting() {
    let settings = "`.header(false)` reads the line as a sample, `.header(true)` as names";
    for (first, found) in [
        ("5.1,3.5,1", "`5.1` in column 1"),
        ("0,1,2", "`0` in column 1"),
        ("length,3.5,1", "`3.5` in column 2"),
        ("?,width,species", "`?` in column 1"),
        ("length,,1", "an empty cell in column 2"),
        ("NaN,width,1", "`NaN` in column 1"),
        ("length,N/A,1", "`N/A` in column 2"),
        ("length,width,1", "`1` in column 3"),
        ("\"1,5\",width,1", "`1,5` in column 1"),
    ] {
        let text = format!("{first}\n4,5,0\n");
        let error = classes_error(csv(&text));
        assert_eq!(error, format!("data.csv, line 1: expected the names of the columns, found {found}; {settings}"));
        assert_eq!(csv(&text).header(true).classes::<2>(3).unwrap().len(), 1, "{first}");
    }
    assert_eq!(bare("0,1,2\n3,4,1\n").classes::<2>(3).unwrap().len(), 2);
    let named = csv("5.1,3.5,setosa\n").named_classes::<2>().unwrap_err().to_string();
    assert!(named.ends_with(settings), "{named}");
}

#[test]
fn a_first_line_of_names_is_a_header() {
    let named = |text| csv(text).named_classes::<2>().unwrap().0.len();
    assert_eq!(named("length,width,species\n1,2,a\n"), 1);
    // the target's name is no number in a table of classes either
    assert_eq!(named("length,width,1\n1,2,a\n"), 1);
    // a name that is asked for states that there are names
    let data = csv("0,1,y\n1,2,3\n").target("y").numbers::<2, 1>().unwrap();
    assert_eq!(data.into_parts(), (vec![[1.0, 2.0]], vec![[3.0]]));
}

#[test]
fn a_column_is_one_thing_and_a_name_one_column() {
    let text = "a,b,a\n1,2,0\n";
    let error = classes_error(csv(text).target("a"));
    let expected = "one column named `a`, found columns 1 and 3: choose by position, counted from 0";
    assert_eq!(error, format!("data.csv, line 1: expected {expected}"));
    assert_eq!(csv(text).target(2).classes::<2>(1).unwrap().inputs(), [[1.0, 2.0]]);

    for (columns, twice) in [
        (csv("a,b,c\n1,2,0\n").target("b").ignore(["b"]), 2),
        (csv("a,b,c\n1,2,0\n").target("b").ignore([1]), 2),
        (csv("a,b,c\n1,2,0\n").ignore([2, 0, 2]), 3),
        (csv("a,b,c\n1,2,0\n").targets([0, 0]), 1),
    ] {
        let expected = "each column as a target or as ignored at most once";
        let error = classes_error(columns);
        assert_eq!(error, format!("data.csv, line 1: expected {expected}, found column {twice} chosen twice"));
    }
}

#[test]
fn cells_are_quoted_after_spaces_too() {
    let (data, names) =
        bare("1, 2, \"setosa\"\n1,2,setosa\n1,2,\"setosa\" \n1,2 ,  setosa\n").named_classes::<2>().unwrap();
    assert_eq!((data.targets(), &names[..]), (&[0; 4][..], &["setosa".to_owned()][..]));
    let (_, names) = bare("1,2, \"a, b\"\n1,2,\"a \"\"b\"\"\"\n1,2,a \"b\"\n").named_classes::<2>().unwrap();
    assert_eq!(names, ["a, b", "a \"b\""]);
    let error = bare("1,2,\"a\"b\n").named_classes::<2>().unwrap_err().to_string();
    assert_eq!(error, "data.csv, line 1: expected the end of the cell after a closing quote, found `b`");
}

#[test]
fn other_tables_name_the_setting_that_reads_them() {
    for (text, setting) in [
        ("a;b;c\n1;2;0\n", r"semicolons need `.delimiter(b';')`"),
        ("a\tb\tc\n1\t2\t0\n", r"tabs need `.delimiter(b'\t')`"),
        ("a|b|c\n1|2|0\n", r"bars need `.delimiter(b'|')`"),
        ("a b c\n1 2 0\n", r"single spaces need `.delimiter(b' ')`"),
        // as many commas as there would be if they separated cells
        ("1,5;2,5;0\n", r"semicolons need `.delimiter(b';')`"),
    ] {
        let error = classes_error(csv(text));
        assert!(error.ends_with(&format!("; cells separated by {setting}")), "{error}");
        let error = classes_error(bare(text));
        assert!(error.ends_with(&format!("; cells separated by {setting}")), "{error}");
    }
    let error = classes_error(csv("a,b,c\n1,2,0\n").delimiter(b';'));
    assert!(error.ends_with("; cells separated by commas need `.delimiter(b',')`"), "{error}");
    for delimiter in [b'"', b'\n', b'1', b'.', b'e'] {
        let error = classes_error(csv("a,b,c\n1,2,0\n").delimiter(delimiter));
        assert!(error.starts_with("data.csv: expected a delimiter that is no part of cells"), "{error}");
    }
    assert_eq!(csv("a\tb\tc\n1\t 2\t0\n").delimiter(b'\t').classes::<2>(1).unwrap().inputs(), [[1.0, 2.0]]);
}

#[test]
fn decimal_commas_are_read_by_a_setting() {
    fn comma(text: &str) -> Csv<'_> {
        bare(text).delimiter(b';').decimal(b',')
    }
    let data = comma("1,5;-2,5e1;0\n3;\"4,0\";1\n").classes::<2>(2).unwrap();
    assert_eq!(data.inputs(), [[1.5, -25.0], [3.0, 4.0]]);
    let error = classes_error(bare("1,5;2;0\n").delimiter(b';'));
    assert_eq!(
        error,
        "data.csv, line 1, column 1: expected a number, found `1,5`; decimal commas need `.decimal(b',')`"
    );
    // separators of thousands, and points that would be decimal elsewhere
    for cell in ["1.234,5", "1.234", "1,234,5"] {
        let text = format!("{cell};2;0\n");
        assert_eq!(
            classes_error(comma(&text)),
            format!("data.csv, line 1, column 1: expected a number, found `{cell}`")
        );
    }
    let error = classes_error(bare("1,2,0\n").decimal(b';'));
    assert_eq!(error, "data.csv: expected `.` or `,` as the decimal separator, found `;`");
}

#[test]
fn utf_16_and_carriage_returns_are_read() {
    let table = "length,width,name\n1,2,Käfer\n3,4,🐞\n";
    let utf_16 =
        |bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(table.encode_utf16()).flat_map(bytes).collect();
    let returns = table.replace('\n', "\r").into_bytes();
    for bytes in [utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes), returns] {
        let (data, names) = Csv::from_reader("a", &bytes[..]).unwrap().named_classes::<2>().unwrap();
        assert_eq!((data.inputs(), names), (&[[1.0, 2.0], [3.0, 4.0]][..], vec!["Käfer".to_owned(), "🐞".into()]));
    }
    let unmarked: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = classes_error(Csv::from_reader("a", &unmarked[..]).unwrap());
    let expected = "text in UTF-8, or in UTF-16 with a byte order mark, found a zero byte: save the table as UTF-8";
    assert_eq!(error, format!("a: expected {expected}"));
    let odd: Vec<u8> = utf_16(u16::to_le_bytes);
    let error = classes_error(Csv::from_reader("a", &odd[..odd.len() - 1]).unwrap());
    assert_eq!(error, "a: expected text in UTF-16, as its byte order mark says, found bytes that are none");
    let error = classes_error(bare("1,2,0\r3,x,0\r"));
    assert!(error.contains("line 2, column 2"), "{error}");
}

#[test]
fn lines_before_the_table_are_skipped() {
    let text = "150,4,\"setosa\na\r\nlength,width,class\n1,2,x\n";
    let error = csv(text).skip_lines(2).classes::<2>(1).unwrap_err().to_string();
    assert!(error.starts_with("data.csv, line 4, column 3 (`class`)"), "{error}");
    let data = csv("sep=;\n1;2;0\n").skip_lines(1).header(false).delimiter(b';').classes::<2>(1).unwrap();
    assert_eq!(data.inputs(), [[1.0, 2.0]]);
    assert!(classes_error(bare("1,2,0\n").skip_lines(9)).ends_with("found an empty file"));
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
