//! A terminal of 120 columns that remembers what is shown.

use std::io;
use std::sync::{Arc, Mutex};

use indicatif::TermLike;

const WIDTH: usize = 120;

#[derive(Clone, Debug, Default)]
pub(super) struct Screen(Arc<Mutex<Shown>>);

#[derive(Debug, Default)]
struct Shown {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Screen {
    /// The lines, without the blanks at their ends.
    pub(super) fn contents(&self) -> String {
        let text = |line: &Vec<char>| line.iter().collect::<String>().trim_end().to_owned();
        self.0.lock().unwrap().lines.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) -> io::Result<()> {
        change(&mut self.0.lock().unwrap());
        Ok(())
    }
}

impl Shown {
    /// The line of the cursor, as long as the cursor is far to the right.
    fn line(&mut self) -> &mut Vec<char> {
        let (row, column) = (self.row, self.column);
        self.lines.resize(self.lines.len().max(row + 1), Vec::new());
        let line = &mut self.lines[row];
        line.resize(line.len().max(column), ' ');
        line
    }

    /// As a terminal does: what follows a full line is on the next.
    fn write(&mut self, text: &str) {
        for character in text.chars() {
            if character == '\n' || self.column == WIDTH {
                (self.row, self.column) = (self.row + 1, 0);
            }
            if character != '\n' {
                let column = self.column;
                let line = self.line();
                line.splice(column..line.len().min(column + 1), [character]);
                self.column += 1;
            }
        }
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        WIDTH as u16
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.change(|shown| shown.row -= lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.change(|shown| shown.row += lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.change(|shown| shown.column += columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.change(|shown| shown.column -= columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.write(&format!("{text}\n")))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.write(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.change(|shown| {
            shown.column = 0;
            shown.line().clear();
        })
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
