//! Learns to find handwritten digits in noisy scenes: which they are, and where.
//!
//! ```text
//! cargo run --release --example detection -- [--epochs 40] [--seed 1] [--quiet] [--png FILE] [--least 90]
//! ```
//!
//! A scene is composed when it is needed: two to four digits of different sizes, scratches and noise over them. The network
//! never sees a scene twice. How its answers are read, from which score on and which of two that overlap, is chosen on
//! scenes of digits that it was not trained on, and what is reported is of scenes of yet other digits, looked at once.

use core::error::Error;
use std::path::{Path, PathBuf};

use congruent::detection::{BoundingBox, Detection, DetectionLoss, Detections, Truth, decode, encode, truths};
use congruent::prelude::*;
use congruent::rand::RngExt;

/// Pixels of a scene along each side.
const SIDE: usize = 48;
/// Cells of the grid along each side.
const CELLS: usize = 6;
/// Objectness, box, ten digits.
const CHANNELS: usize = 15;

type Scene = [[[f32; SIDE]; SIDE]; 1];
type Grid = [[[f32; CELLS]; CELLS]; CHANNELS];

network! {
    /// Halves the scene three times, until a cell is a pixel.
    pub struct Detector: [1, SIDE, SIDE] -> [CHANNELS, CELLS, CELLS] {
        strokes: Conv2d<1, 12, 3, Relu, padding = same>,
        half: MaxPool2d<2>,
        parts: Conv2d<12, 24, 3, Relu, padding = same>,
        quarter: MaxPool2d<2>,
        digits: Conv2d<24, 64, 3, Relu, padding = same>,
        eighth: MaxPool2d<2>,
        around: Conv2d<64, 96, 3, Relu, padding = same>,
        answer: Conv2d<96, CHANNELS, 1>,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    let unwritable = |error| format!("{}: cannot be written: {error}", options.png.display());
    congruent::io::check_writable(&options.png).map_err(unwritable)?;
    let pixels = include_bytes!("../data/digits.csv.gz");
    let digits = Csv::from_reader("digits.csv.gz", &pixels[..])?.header(false).classes::<64>(10)?;
    let digits = digits.map_inputs(|image| image.map(|pixel| pixel / 16.0));
    // a quarter of the digits for the test, a fifth of the others to choose by
    let (others, test) = digits.split(0.25, 20)?;
    let (train, validation) = others.split(0.2, 21)?;

    let scenes = compose_many(&train, 2000, options.seed)?;
    let validation = compose_many(&validation, 300, 30)?;
    let unseen = compose_many(&test, 1000, 31)?;
    let mut network = Detector::seeded(options.seed);
    if !options.quiet {
        println!("{}\n", Detector::SUMMARY);
    }
    let steps = (options.epochs * scenes.len().div_ceil(32)) as u32;
    Fit::new(DetectionLoss::new().weights(5.0, 3.0, 1.0), Adam::new(0.004))
        .epochs(options.epochs)
        .schedule(Schedule::cosine(steps))
        .augment(|scene, target, rng| compose(&train, scene, target, rng))
        .validation(&validation)
        .seed(options.seed)
        .progress(if options.quiet { ProgressMode::Quiet } else { ProgressMode::Auto })
        .run(&mut network, &scenes)?;

    let reading = Reading::chosen(&network.predict(validation.inputs()), validation.targets());
    let outputs = network.predict(unseen.inputs());
    let mut precision = AveragePrecision::new().reading(0.01, reading.overlap);
    precision.update(&outputs, unseen.targets());
    draw(&options.png, unseen.inputs(), &outputs, unseen.targets(), reading)?;
    if !options.quiet {
        let Reading { score, overlap } = reading;
        let tally = Tally::of(&outputs, unseen.targets(), reading);
        println!("\n{} draws some of the {} scenes it had not seen", options.png.display(), unseen.len());
        println!("read from a score of {score:.2}, without what overlaps by {overlap:.1}: {tally}");
        println!("mAP@0.5:0.95 {:.1}%", 100.0 * precision.mean());
    }
    let precision = 100.0 * precision.at(0.5);
    println!("mAP@0.5 {precision:.1}%");
    if precision < options.least {
        return Err(format!("an mAP@0.5 of less than {}%", options.least).into());
    }
    Ok(())
}

/// How a network's answers are read.
#[derive(Clone, Copy)]
struct Reading {
    /// From this score on.
    score: f32,
    /// One of several of the same digit that overlap by more than this.
    overlap: f32,
}

impl Reading {
    /// The one that does best on these scenes.
    fn chosen(outputs: &[Grid], targets: &[Grid]) -> Reading {
        let scores = (2..=18).map(|twentieths| twentieths as f32 / 20.0);
        let all = scores.flat_map(|score| [0.3, 0.4, 0.5, 0.6].map(|overlap| Reading { score, overlap }));
        let rated = all.map(|reading| (Tally::of(outputs, targets, reading).f1(), reading));
        let best = rated.max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(Reading { score: 0.5, overlap: 0.5 }, |(_, reading)| reading)
    }

    /// What the network finds in a scene.
    fn found(self, output: &Grid) -> Detections<16> {
        decode::<16, CELLS, CELLS, CHANNELS>(output, self.score).suppressed(self.overlap)
    }
}

/// Whether it is the same digit in the same place.
fn same(truth: &Truth, found: &Detection) -> bool {
    truth.class == found.class && truth.bounds.iou(&found.bounds) >= 0.5
}

/// How many are there, how many were found, and how many of these rightly.
#[derive(Default)]
struct Tally {
    there: usize,
    found: usize,
    right: usize,
}

impl Tally {
    fn of(outputs: &[Grid], targets: &[Grid], reading: Reading) -> Tally {
        let mut tally = Tally::default();
        for (output, target) in outputs.iter().zip(targets) {
            let (found, mut missed) = (reading.found(output), truths(target).collect::<Vec<_>>());
            tally.there += missed.len();
            tally.found += found.len();
            for detection in &found {
                let of_it = missed.iter().position(|truth| same(truth, detection));
                tally.right += usize::from(of_it.map(|of_it| missed.swap_remove(of_it)).is_some());
            }
        }
        tally
    }

    /// The harmonic mean of precision and recall.
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.there).max(1) as f64
    }
}

impl core::fmt::Display for Tally {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let share = |of: usize| 100.0 * self.right as f64 / of.max(1) as f64;
        write!(f, "precision {:.1}%, recall {:.1}%", share(self.found), share(self.there))
    }
}

type Digits = Dataset<[f32; 64], usize>;

fn compose_many(digits: &Digits, count: usize, seed: u64) -> Result<Dataset<Scene, Grid>, Box<dyn Error>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut scenes = vec![[[[0.0; SIDE]; SIDE]; 1]; count];
    let mut targets = vec![[[[0.0; CELLS]; CELLS]; CHANNELS]; count];
    for (scene, target) in scenes.iter_mut().zip(&mut targets) {
        compose(digits, scene, target, &mut rng);
    }
    Ok(Dataset::new(scenes, targets)?)
}

/// Composes a scene.
fn compose(digits: &Digits, scene: &mut Scene, target: &mut Grid, rng: &mut Xoshiro256PlusPlus) {
    *scene = [[[0.0; SIDE]; SIDE]; 1];
    let mut objects: Vec<Truth> = Vec::new();
    let wanted = rng.random_range(2..=4);
    for _ in 0..50 {
        let digit = rng.random_range(0..digits.len());
        let size = rng.random_range(12.0..24.0);
        let (left, top) = (rng.random_range(0.0..SIDE as f32 - size), rng.random_range(0.0..SIDE as f32 - size));
        let (image, class) = (&digits.inputs()[digit], digits.targets()[digit]);
        let drawn = enlarge(image, left, top, size);
        let bounds = ink(&drawn);
        let apart = objects.iter().all(|other| other.bounds.iou(&bounds) < 0.05);
        // two digits with their middle in one cell would be one too many for it
        let with_it = [&objects[..], &[Truth { bounds, class }]].concat();
        if apart && encode(&with_it, target) == 0 {
            objects = with_it;
            merge(&mut scene[0], &drawn);
        }
        if objects.len() == wanted {
            break;
        }
    }
    encode(&objects, target);
    for _ in 0..5 {
        scratch(&mut scene[0], rng);
    }
    Augment::new().noise(0.1).apply(scene, rng);
}

type Channel = [[f32; SIDE]; SIDE];

/// A digit of 8×8 pixels as one of `size`×`size`, on an empty scene.
fn enlarge(digit: &[f32; 64], left: f32, top: f32, size: f32) -> Channel {
    let pixel = |x: f32, y: f32| {
        let inside = (0.0..8.0).contains(&x) && (0.0..8.0).contains(&y);
        if inside { digit[8 * y as usize + x as usize] } else { 0.0 }
    };
    let mut channel = [[0.0; SIDE]; SIDE];
    for (row, pixels) in channel.iter_mut().enumerate() {
        for (column, value) in pixels.iter_mut().enumerate() {
            let (x, y) = ((column as f32 + 0.5 - left) / size * 8.0, (row as f32 + 0.5 - top) / size * 8.0);
            // between the middles of four pixels
            let (x, y) = (x - 0.5, y - 0.5);
            let (x0, y0) = (x.floor(), y.floor());
            let (right, lower) = (x - x0, y - y0);
            let along = |y: f32| (1.0 - right) * pixel(x0, y) + right * pixel(x0 + 1.0, y);
            *value = (1.0 - lower) * along(y0) + lower * along(y0 + 1.0);
        }
    }
    channel
}

/// The box around what is bright.
fn ink(channel: &Channel) -> BoundingBox {
    let (mut left, mut top, mut right, mut bottom) = (SIDE, SIDE, 0, 0);
    for (row, pixels) in channel.iter().enumerate() {
        for (column, _) in pixels.iter().enumerate().filter(|(_, value)| **value > 0.3) {
            (left, right) = (left.min(column), right.max(column + 1));
            (top, bottom) = (top.min(row), bottom.max(row + 1));
        }
    }
    BoundingBox::from_corners([left, top, right, bottom].map(|pixels| pixels as f32 / SIDE as f32))
}

/// Draws one over the other.
fn merge(scene: &mut Channel, drawn: &Channel) {
    for (pixel, over) in scene.as_flattened_mut().iter_mut().zip(drawn.as_flattened()) {
        *pixel = pixel.max(*over);
    }
}

/// Draws a short line that means nothing.
fn scratch(scene: &mut Channel, rng: &mut Xoshiro256PlusPlus) {
    let side = SIDE as f32;
    let (mut x, mut y) = (rng.random_range(0.0..side), rng.random_range(0.0..side));
    let (along, brightness) = (rng.random_range(0.0..core::f32::consts::TAU), rng.random_range(0.3..0.8));
    for _ in 0..rng.random_range(4..12) {
        if let Some(pixel) = scene.get_mut(y as usize).and_then(|row| row.get_mut(x as usize)) {
            *pixel = pixel.max(brightness);
        }
        x += along.cos();
        y += along.sin();
    }
}

/// A picture of scenes side by side, each with boxes: green for what is found, red for what is not there, yellow for what is
/// missed.
fn draw(
    path: &Path,
    scenes: &[Scene],
    outputs: &[Grid],
    targets: &[Grid],
    reading: Reading,
) -> Result<(), Box<dyn Error>> {
    let mut picture = Picture::new(4, 3);
    for (place, ((scene, output), target)) in scenes.iter().zip(outputs).zip(targets).take(12).enumerate() {
        picture.scene(place, &scene[0]);
        let (found, objects) = (reading.found(output), truths(target).collect::<Vec<_>>());
        for missed in objects.iter().filter(|truth| !found.iter().any(|d| same(truth, d))) {
            picture.label(place, &missed.bounds, missed.class, [255, 220, 0], true);
        }
        for d in &found {
            let right = objects.iter().any(|truth| same(truth, d));
            picture.label(place, &d.bounds, d.class, if right { [0, 230, 90] } else { [255, 60, 60] }, false);
        }
    }
    picture.write(path)
}

/// Red, green and blue, row by row.
struct Picture {
    columns: usize,
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// How many pixels of the picture a pixel of a scene is wide.
    const ZOOM: usize = 5;
    /// From one scene to the next.
    const PITCH: usize = SIDE * Self::ZOOM + 6;

    fn new(columns: usize, rows: usize) -> Picture {
        let width = columns * Self::PITCH;
        Picture { columns, width, pixels: vec![[40, 40, 60]; width * rows * Self::PITCH] }
    }

    /// Sets a pixel of the scene at `place`, where it has one.
    fn set(&mut self, place: usize, x: usize, y: usize, color: [u8; 3]) {
        let (left, top) = (place % self.columns * Self::PITCH, place / self.columns * Self::PITCH);
        if x < Self::PITCH && y < Self::PITCH {
            self.pixels[(top + y) * self.width + left + x] = color;
        }
    }

    fn scene(&mut self, place: usize, scene: &Channel) {
        for y in 0..SIDE * Self::ZOOM {
            for x in 0..SIDE * Self::ZOOM {
                let value = (scene[y / Self::ZOOM][x / Self::ZOOM] * 255.0) as u8;
                self.set(place, x, y, [value; 3]);
            }
        }
    }

    /// Draws a box with a digit in a corner, the upper left or the lower right.
    fn label(&mut self, place: usize, bounds: &BoundingBox, digit: usize, color: [u8; 3], below: bool) {
        /// Five rows of three pixels for each digit, as octal digits.
        const FONT: [u32; 10] =
            [0o75557, 0o26227, 0o71747, 0o71717, 0o55711, 0o74717, 0o74757, 0o71122, 0o75757, 0o75717];
        let end = SIDE * Self::ZOOM - 1;
        let [left, top, right, bottom] = bounds.clipped().corners().map(|edge| (edge * end as f32) as usize);
        for x in left..=right {
            self.set(place, x, top, color);
            self.set(place, x, bottom, color);
        }
        for y in top..=bottom {
            self.set(place, left, y, color);
            self.set(place, right, y, color);
        }
        // five pixels each, on a ground of their own, within the scene
        let (left, top) =
            if below { (right.saturating_sub(10), bottom.saturating_sub(14)) } else { (left + 1, top + 1) };
        let (left, top) = (left.min(end - 10), top.min(end - 14));
        for y in 0_usize..14 {
            for x in 0_usize..10 {
                let (row, column) = ((y / 2).wrapping_sub(1), (x / 2).wrapping_sub(1));
                let lit = row < 5 && column < 3 && FONT[digit] >> (14 - 3 * row - column) & 1 == 1;
                self.set(place, left + x, top + y, if lit { [0, 0, 0] } else { color });
            }
        }
    }

    fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let height = self.pixels.len() / self.width;
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(self.pixels.as_flattened())?;
        Ok(())
    }
}

struct Options {
    epochs: usize,
    seed: u64,
    quiet: bool,
    png: PathBuf,
    /// The least mAP@0.5, in percent, that is no failure.
    least: f64,
}

impl Default for Options {
    fn default() -> Self {
        let png = std::env::temp_dir().join("congruent-detection.png");
        Options { epochs: 40, seed: 1, quiet: false, png, least: 90.0 }
    }
}

impl Options {
    fn from_arguments() -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Options::default();
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("epochs") => options.epochs = parser.value()?.parse()?,
                Long("seed") => options.seed = parser.value()?.parse()?,
                Long("quiet") => options.quiet = true,
                Long("png") => options.png = parser.value()?.into(),
                Long("least") => options.least = parser.value()?.parse()?,
                Long("help") | Short('h') => {
                    println!("options: --epochs N, --seed N, --quiet, --png FILE, --least PERCENT");
                    std::process::exit(0);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}
