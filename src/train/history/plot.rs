//! Curves of loss and metrics over epochs, one SVG image.

use core::ops::Range;
use std::{io, path::Path};

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{History, names, value};
use crate::io::atomic_write::write_whole;

const WIDTH: u32 = 860;
const TITLE: u32 = 50;
const PANEL: u32 = 300;
const LEGEND: u32 = 220;

/// Colours that readers with any colour vision can tell apart (Okabe and Ito), dark enough for lines on white.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xe6, 0x9f, 0x00),
];
const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);

/// What is beyond this, like NaN, is a gap in its curve.
const DRAWABLE: f64 = 1e30;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Failure = Box<dyn core::error::Error>;

impl History {
    /// Draws the curves as an SVG image: the loss in one panel, metrics from 0 to 1 in a second, each other metric in its own.
    /// Training is solid and validation dashed; a value that is NaN or infinite is a gap.
    ///
    /// The file is written beside `path` and then renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn draw_svg(&self, path: impl AsRef<Path>) -> io::Result<()> {
        write_whole(path.as_ref(), self.to_svg()?.as_bytes())
    }

    fn to_svg(&self) -> io::Result<String> {
        let mut svg = String::new();
        draw(self, &mut svg).map_err(|failure| io::Error::other(failure.to_string()))?;
        Ok(svg)
    }
}

/// One plot: curves that share an axis.
struct Panel {
    name: String,
    curves: Vec<Curve>,
    mark: Option<Mark>,
}

struct Curve {
    label: String,
    colour: RGBColor,
    dashed: bool,
    /// Epoch and value.
    points: Vec<(i32, f64)>,
}

/// A point worth pointing at.
struct Mark {
    label: String,
    at: (i32, f64),
}

fn draw(history: &History, svg: &mut String) -> Result<(), Failure> {
    let panels = panels(history);
    let height = TITLE + PANEL * panels.len() as u32;
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let (title, plots) = root.split_vertically(TITLE);
    let style = text(22).pos(Pos::new(HPos::Center, VPos::Center));
    let position = ((WIDTH / 2) as i32, (TITLE / 2) as i32);
    title.draw(&Text::new("Training history", position, style))?;
    let epochs = epochs(history);
    for (panel, area) in panels.iter().zip(plots.split_evenly((panels.len(), 1))) {
        let (chart, legend) = area.split_horizontally(WIDTH - LEGEND);
        draw_curves(panel, epochs.clone(), &chart)?;
        draw_legend(panel, &legend)?;
    }
    root.present()?;
    Ok(())
}

fn draw_curves(panel: &Panel, epochs: Range<i32>, area: &Area) -> Result<(), Failure> {
    let finite =
        (panel.curves.iter()).flat_map(|curve| &curve.points).map(|&(_, value)| value).filter(|value| drawable(*value));
    let range = padded(finite.clone());
    let span = range.end - range.start;
    let (first, last) = match epochs.len() {
        1 => (epochs.start - 1, epochs.start + 1),
        _ => (epochs.start, epochs.end - 1),
    };
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(16)
        .x_label_area_size(44)
        .y_label_area_size(74)
        .build_cartesian_2d(first..last, range.clone())?;
    let x_label = |epoch: &i32| match epochs.contains(epoch) {
        true => epoch.to_string(),
        false => String::new(),
    };
    let y_label = |value: &f64| tick(*value, span);
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .x_labels(if epochs.len() == 1 { 3 } else { 11 })
        .y_labels(6)
        .x_label_formatter(&x_label)
        .y_label_formatter(&y_label)
        .label_style(text(14))
        .axis_desc_style(text(16))
        .x_desc("epoch")
        .y_desc(&panel.name)
        .draw()?;

    for curve in &panel.curves {
        let line = curve.colour.stroke_width(2);
        for run in curve.points.split(|&(_, value)| !drawable(value)) {
            match run {
                &[alone] => {
                    chart.draw_series([Circle::new(alone, 4, curve.colour.filled())])?;
                }
                run if curve.dashed => {
                    let run = run.iter().copied();
                    chart.draw_series(DashedLineSeries::new(run, 7, 4, line))?;
                }
                run => {
                    chart.draw_series(LineSeries::new(run.iter().copied(), line))?;
                }
            }
        }
    }
    if let Some(mark) = &panel.mark {
        chart.draw_series([Circle::new(mark.at, 6, INK.stroke_width(2))])?;
    }
    if finite.count() == 0 {
        let middle = chart.plotting_area().dim_in_pixel();
        let style = text(16).pos(Pos::new(HPos::Center, VPos::Center));
        let position = (middle.0 as i32 / 2, middle.1 as i32 / 2);
        let area = chart.plotting_area().strip_coord_spec();
        area.draw(&Text::new("no finite value", position, style))?;
    }
    Ok(())
}

/// The legend stands beside its plot, where it hides no curve.
fn draw_legend(panel: &Panel, area: &Area) -> Result<(), Failure> {
    let entry = text(15).pos(Pos::new(HPos::Left, VPos::Center));
    let row = |i: usize| 24 + 24 * i as i32;
    for (i, curve) in panel.curves.iter().enumerate() {
        let line = curve.colour.stroke_width(2);
        let dashes: &[(i32, i32)] = match curve.dashed {
            true => &[(0, 7), (11, 18), (22, 29)],
            false => &[(0, 29)],
        };
        for &(start, end) in dashes {
            let dash = vec![(start, row(i)), (end, row(i))];
            area.draw(&PathElement::new(dash, line))?;
        }
        area.draw(&Text::new(shortened(&curve.label), (38, row(i)), entry.clone()))?;
    }
    if let Some(mark) = &panel.mark {
        let y = row(panel.curves.len());
        area.draw(&Circle::new((14, y), 6, INK.stroke_width(2)))?;
        area.draw(&Text::new(mark.label.as_str(), (38, y), entry))?;
    }
    Ok(())
}

/// The loss, then metrics that lie in 0..=1 together, then each other metric.
fn panels(history: &History) -> Vec<Panel> {
    let curve = |label: &str, colour: usize, dashed, of: &dyn Fn(usize) -> Option<f64>| {
        let points =
            (0..history.epochs.len()).filter_map(|i| Some((position(history.epochs[i].epoch), of(i)?))).collect();
        Curve { label: label.into(), colour: COLOURS[colour % COLOURS.len()], dashed, points }
    };
    let epochs = &history.epochs;
    let mut loss = vec![
        curve("training", 0, false, &|i| Some(epochs[i].loss)),
        curve("validation", 1, true, &|i| epochs[i].validation_loss),
    ];
    loss.retain(|curve| !curve.points.is_empty());
    let best = history.best().filter(|epoch| drawable(epoch.judged_loss()));
    let mut panels = vec![Panel {
        name: "loss".into(),
        curves: loss,
        mark: best.map(|epoch| Mark {
            label: format!("best: epoch {}", epoch.epoch),
            at: (position(epoch.epoch), epoch.judged_loss()),
        }),
    }];

    let both = (epochs.iter()).flat_map(|epoch| [&epoch.metrics, &epoch.validation_metrics]);
    let is_share = |name: &str| {
        let mut values = (epochs.iter())
            .flat_map(|epoch| epoch.metrics.iter().chain(&epoch.validation_metrics))
            .filter(|(other, value)| other == name && !value.is_nan());
        values.all(|(_, value)| (0.0..=1.0).contains(value))
    };
    let pair = |name: &str, [training, validation]: [&str; 2], colours: [usize; 2]| {
        let measured = |i: usize| value(&epochs[i].metrics, name);
        let validated = |i: usize| value(&epochs[i].validation_metrics, name);
        let mut pair =
            vec![curve(training, colours[0], false, &measured), curve(validation, colours[1], true, &validated)];
        pair.retain(|curve| !curve.points.is_empty());
        pair
    };
    let alone =
        |name: &str| Panel { name: name.into(), curves: pair(name, ["training", "validation"], [0, 1]), mark: None };
    let (shares, others): (Vec<&str>, Vec<&str>) = names(both).into_iter().partition(|name| is_share(name));
    match shares.as_slice() {
        [] => {}
        [name] => panels.push(alone(name)),
        names => {
            let one = |(colour, name): (usize, &&str)| pair(name, [name, &format!("{name}, validation")], [colour; 2]);
            panels.push(Panel {
                name: "metrics".into(),
                curves: names.iter().enumerate().flat_map(one).collect(),
                mark: None,
            });
        }
    }
    panels.extend(others.into_iter().map(alone));
    panels
}

/// From the first epoch to one after the last.
fn epochs(history: &History) -> Range<i32> {
    let epochs = || history.epochs.iter().map(|epoch| position(epoch.epoch));
    let first = epochs().min().unwrap_or(1);
    first..epochs().max().unwrap_or(1) + 1
}

fn position(epoch: usize) -> i32 {
    i32::try_from(epoch).unwrap_or(i32::MAX).min(1_000_000_000)
}

fn drawable(value: f64) -> bool {
    value.abs() < DRAWABLE
}

/// The range of the values with a little room, and some range where they are all the same or there are none.
fn padded(values: impl Iterator<Item = f64> + Clone) -> Range<f64> {
    let low = values.clone().fold(f64::INFINITY, f64::min);
    let high = values.fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return 0.0..1.0;
    }
    let size = low.abs().max(high.abs());
    let mut room = 0.05 * (high - low);
    if room <= 1e-9 * size || room < 1e-30 {
        room = if size < 1e-30 { 0.5 } else { 0.1 * size };
    }
    // What cannot be negative is not shown on an axis that is.
    let start = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
    start..high + room
}

/// A label of the value axis, with as many digits as the span of the axis makes useful.
fn tick(value: f64, span: f64) -> String {
    let size = value.abs().max(span);
    if size >= 1e5 || span < 1e-4 {
        return match value {
            0.0 => "0".into(),
            value => format!("{value:.2e}"),
        };
    }
    let digits = (1.0 - span.log10()).ceil().clamp(0.0, 6.0) as usize;
    format!("{value:.digits$}")
}

/// As much of a label as fits into the legend.
fn shortened(label: &str) -> String {
    match label.char_indices().nth(28) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.into(),
    }
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

#[cfg(test)]
mod tests;
