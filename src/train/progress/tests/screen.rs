//! A terminal of 120 columns that remembers what is shown.

use std::io;
use std::sync::{Arc, Mutex};

use indicatif::TermLike;

const WIDTH: usize = 120;

#[derive(Clone, Debug, Default)]
pub(super) struct Screen(Arc<Mutex<Shown>>);

#[derive(Debug, Default)]
struct Shown {
    lines: Vec<String>,
    row: usize,
}

impl Screen {
    /// The lines, without the blanks at their ends.
    pub(super) fn contents(&self) -> String {
        let lines: Vec<_> = self.0.lock().unwrap().lines.iter().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }

    fn change(&self, change: impl FnOnce(&mut Shown)) -> io::Result<()> {
        change(&mut self.0.lock().unwrap());
        Ok(())
    }
}

impl Shown {
    fn line(&mut self) -> &mut String {
        let row = self.row;
        self.lines.resize(self.lines.len().max(row + 1), String::new());
        &mut self.lines[row]
    }

    /// As a terminal does: what follows a full line is on the next.
    fn write(&mut self, text: &str) {
        for character in text.chars() {
            if character == '\n' || self.line().chars().count() == WIDTH {
                self.row += 1;
            }
            if character != '\n' {
                self.line().push(character);
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

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        unimplemented!("a bar begins at the left")
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        unimplemented!("a bar begins at the left")
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.write(&format!("{text}\n")))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.change(|shown| shown.write(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.change(|shown| shown.line().clear())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}
