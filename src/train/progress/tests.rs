use std::sync::{Arc, Mutex};

use super::*;

mod screen;
use screen::Screen;

fn epoch(number: usize) -> Epoch {
    Epoch {
        epoch: number,
        learning_rate: 0.001,
        loss: 0.1234,
        metrics: vec![("accuracy".into(), 0.967)],
        validation_loss: Some(0.2),
        validation_metrics: vec![("accuracy".into(), 0.95)],
        seconds: 0.8,
    }
}

const LINE: &str = "epoch  3/20  loss 0.1234  accuracy 0.9670  validation loss 0.2000  accuracy 0.9500  0.8 s";

fn progress(show: Show) -> Progress {
    Progress { epochs: 20, samples: 1347, show }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn lines_are_written_at_the_end_of_an_epoch_only() {
    let written = Written::default();
    let mut progress = progress(Show::Lines(Box::new(written.clone())));
    progress.epoch(3);
    progress.batch(512, 0.5, []);
    assert!(written.0.lock().unwrap().is_empty());
    progress.end(&epoch(3));
    progress.finish();
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text, format!("{LINE}\n"));
}

#[test]
fn a_closed_output_stops_nothing() {
    let mut progress = progress(Show::Lines(Box::new(Closed)));
    progress.epoch(1);
    progress.end(&epoch(1));
}

#[test]
fn a_bar_shows_the_running_epoch_and_becomes_a_line() {
    let terminal = Screen::default();
    let mut progress = progress(bar(ProgressDrawTarget::term_like(Box::new(terminal.clone()))));
    progress.epoch(3);
    progress.batch(512, 0.1234, [("accuracy", 0.967)]);
    let shown = terminal.contents();
    assert!(
        shown.starts_with("epoch  3/20 [=======>            ] 512/1347  loss 0.1234  accuracy 0.9670  eta "),
        "{shown}"
    );
    progress.end(&epoch(3));
    progress.epoch(4);
    let shown = terminal.contents();
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some(LINE));
    assert!(lines.next().unwrap().starts_with("epoch  4/20 ["), "{shown}");
    progress.finish();
    assert_eq!(terminal.contents().trim_end(), LINE);
}

#[test]
fn metrics_are_not_asked_for_more_often_than_shown() {
    let mut progress = progress(bar(ProgressDrawTarget::term_like(Box::new(Screen::default()))));
    let asked = core::cell::Cell::new(0);
    let metrics = || [()].iter().map(|()| ("accuracy", f64::from(asked.replace(asked.get() + 1))));
    progress.epoch(1);
    let started = Instant::now();
    (0..1000).for_each(|done| progress.batch(done, 0.1, metrics()));
    let draws = started.elapsed().as_millis() / EVERY.as_millis() + 1;
    assert!(asked.get() as u128 <= draws, "{} {draws}", asked.get());
    progress.batch(1347, 0.1, metrics());
    assert!(asked.get() >= 2);
}

#[test]
fn numbers_and_times_are_short() {
    assert_eq!([0.0, 0.5, 123.45678].map(number), ["0.0000", "0.5000", "123.4568"]);
    assert_eq!([1e-5, -2.5e7, f64::NAN].map(number), ["1.00e-5", "-2.50e7", "NaN"]);
    let time = |seconds| rounded(Duration::from_secs_f64(seconds));
    assert_eq!([0.2, 61.0, 7500.0].map(time), ["1s", "1m 1s", "2h 5m"]);
    assert_eq!([0.012, 0.84, 75.2].map(precise), ["12 ms", "0.8 s", "75 s"]);
    let left = |done| time_left(Duration::from_secs(1), done, 100);
    assert_eq!([0, 50, 100, 101].map(left), [None, Some(Duration::from_secs(1)), None, None]);
}
