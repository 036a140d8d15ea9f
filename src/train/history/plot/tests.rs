use super::{super::Epoch, *};

fn named(values: &[(&str, f64)]) -> Vec<(String, f64)> {
    let named = values.iter().map(|&(name, value)| (name.into(), value));
    named.collect()
}

fn history(epochs: usize, loss: impl Fn(f64) -> f64) -> History {
    let epoch = |i: usize| {
        let x = i as f64;
        Epoch {
            epoch: i,
            learning_rate: 0.001,
            loss: loss(x),
            metrics: named(&[("accuracy", 1.0 - 0.8 / x), ("top-3 accuracy", 1.0 - 0.3 / x)]),
            validation_loss: Some(loss(x) + 0.1 + 0.01 * x.sqrt()),
            validation_metrics: named(&[("accuracy", 0.97 - 0.8 / x), ("top-3 accuracy", 0.99 - 0.3 / x)]),
            seconds: 1.0,
        }
    };
    History { epochs: (1..=epochs).map(epoch).collect() }
}

/// Everything that is written in the image, in order; fails where it is no well-formed XML.
fn texts(history: &History) -> Vec<String> {
    let svg = history.to_svg().unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf\""));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.filter_map(|node| node.text().map(|text| text.trim().into())).collect()
}

/// The corner points of all solid lines of a colour, in pixels.
fn corners(history: &History, colour: RGBColor) -> usize {
    let svg = history.to_svg().unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let colour = format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2);
    (document.descendants())
        .filter(|node| node.attribute("stroke").is_some_and(|s| s.eq_ignore_ascii_case(&colour)))
        .filter_map(|node| node.attribute("points"))
        .map(|points| points.split_whitespace().count())
        .max()
        .unwrap_or(0)
}

#[test]
fn titles_axes_and_legends_are_written() {
    let history = history(20, |x| 2.0 / x);
    let texts = texts(&history);
    for text in [
        "Training history",
        "epoch",
        "loss",
        "training",
        "validation",
        "metrics",
        "accuracy",
        "accuracy, validation",
        "top-3 accuracy",
        "best: epoch 20",
    ] {
        assert!(texts.iter().any(|other| other == text), "{text}: {texts:?}");
    }
    assert_eq!(corners(&history, COLOURS[0]), 20);
}

#[test]
fn the_smallest_histories_are_drawn() {
    assert!(texts(&history(1, |_| 0.3)).contains(&"best: epoch 1".into()));
    let nothing = texts(&History::default());
    assert!(nothing.contains(&"no finite value".into()), "{nothing:?}");
    let two = history(2, |_| 0.0);
    assert_eq!(corners(&two, COLOURS[0]), 2);
}

#[test]
fn long_histories_keep_readable_axes() {
    let history = history(1000, |x| 2.0 / x.sqrt());
    let texts = texts(&history);
    assert_eq!(corners(&history, COLOURS[0]), 1000);
    assert!(texts.len() < 60, "{}", texts.len());
}

#[test]
fn what_is_not_finite_is_a_gap() {
    let gaps = |x: f64| match x as usize {
        4 | 9 => f64::NAN,
        6 => f64::INFINITY,
        7 => f64::MAX,
        _ => 1.0 / x,
    };
    let mut broken = history(12, gaps);
    broken.epochs.iter_mut().for_each(|epoch| epoch.metrics.clear());
    texts(&broken);
    assert_eq!(corners(&broken, COLOURS[0]), 3);
    assert!(texts(&history(3, |_| f64::NAN)).contains(&"no finite value".into()));
}

#[test]
fn extreme_and_constant_values_are_drawn() {
    for value in [0.0, 1.0, -1.0, 1e-300, 1e29, -1e29, f64::MIN_POSITIVE, f64::MAX] {
        texts(&history(5, |_| value));
        texts(&history(5, |x| value * x));
        texts(&history(5, |x| 1.0 + value * x));
    }
    let mut far = history(2, |x| x);
    (far.epochs[0].epoch, far.epochs[1].epoch) = (0, usize::MAX);
    texts(&far);
    far.epochs.reverse();
    texts(&far);
}

#[test]
fn long_names_end_inside_the_image() {
    let mut history = history(2, |x| x);
    history.epochs[0].metrics = named(&[(&"long ".repeat(20), 0.5), ("b", 0.5)]);
    let texts = texts(&history);
    let long: Vec<_> = texts.iter().filter(|text| text.starts_with("long")).collect();
    assert!(long.iter().all(|text| text.chars().count() <= 29), "{long:?}");
    assert_eq!(long.len(), 1);
}

#[test]
fn metrics_of_other_scales_have_their_own_panel() {
    let mut history = history(3, |x| 1.0 / x);
    for epoch in &mut history.epochs {
        epoch.metrics = named(&[("error in °C <&>", 17.0 / epoch.epoch as f64), ("R²", 0.5)]);
        epoch.validation_metrics = named(&[("error in °C <&>", 21.0)]);
    }
    let texts = texts(&history);
    let count = |text: &str| texts.iter().filter(|other| *other == text).count();
    assert_eq!(count("error in °C <&>"), 1, "{texts:?}");
    assert_eq!((count("training"), count("epoch"), count("R²")), (3, 3, 1));
}
