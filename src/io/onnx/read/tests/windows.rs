//! Convolutions, pools, and what makes images larger.

use super::*;

fn conv(attributes: Vec<Attribute>, weight: &[i64]) -> String {
    one(&[4, 9, 8], node("Conv", &["w"], attributes), vec![zeros("w", weight)])
}

#[test]
fn convolutions() {
    assert_eq!(conv(vec![], &[6, 4, 3, 3]), "Conv2d<4, 6, 3, bias = false> -> [6, 7, 6]");
    let groups = |groups: i64| vec![int("group", groups), ints("pads", &[1, 0, 1, 0])];
    assert_eq!(
        conv(groups(2), &[6, 2, 3, 1]),
        "Conv2d<4, 6, (3, 1), padding = (1, 0), groups = 2, bias = false> -> [6, 9, 8]"
    );
    assert_eq!(
        conv(groups(4), &[4, 1, 3, 1]),
        "DepthwiseConv2d<4, (3, 1), padding = (1, 0), bias = false> -> [4, 9, 8]"
    );
    assert_eq!(
        conv(groups(4), &[8, 1, 3, 1]),
        "Conv2d<4, 8, (3, 1), padding = (1, 0), groups = 4, bias = false> -> [8, 9, 8]"
    );
    let same = vec![text("auto_pad", "SAME_UPPER"), ints("strides", &[2, 3])];
    assert_eq!(
        conv(same, &[6, 4, 3, 3]),
        "Conv2d<4, 6, 3, stride = (2, 3), padding = same, bias = false> -> [6, 5, 3]"
    );
    let valid = vec![text("auto_pad", "VALID")];
    assert_eq!(conv(valid, &[6, 4, 1, 1]), "Conv2d<4, 6, 1, bias = false> -> [6, 9, 8]");
}

#[test]
fn convolutions_that_are_none() {
    assert_eq!(conv(vec![], &[6, 3, 3, 3]), "`it` (Conv) takes 1 groups of 3 channels, but 4 come in");
    assert_eq!(conv(vec![], &[6, 4, 3]), "`it` (Conv) has weights of the shape [6, 4, 3], over sides of [9, 8]");
    assert_eq!(conv(vec![], &[6, 4, 10, 3]), "`it` (Conv) has a window of 10 over 9 numbers");
    assert_eq!(conv(vec![], &[6, 4, 0, 3]), "`it` (Conv) has a window without a size");
    assert_eq!(conv(vec![ints("strides", &[0, 1])], &[6, 4, 3, 3]), "`it` (Conv) has a window without a size");
    assert_eq!(conv(vec![ints("strides", &[1])], &[6, 4, 3, 3]), "`it` (Conv) has a `strides` of [1]");
    let pads = |pads: &[i64]| conv(vec![ints("pads", pads)], &[6, 4, 3, 3]);
    assert_eq!(pads(&[-1, 0, 0, 0]), "`it` (Conv) has a `pads` of [-1, 0, 0, 0]");
    assert_eq!(pads(&[2, 0, 0, 0]), "`it` (Conv) pads more on one side than on the other");
    assert_eq!(pads(&[3, 3, 3, 3]), "`it` (Conv) pads by more than its window holds");
    let lower = || vec![text("auto_pad", "SAME_LOWER")];
    assert_eq!(conv(lower(), &[6, 4, 3, 3]), "Conv2d<4, 6, 3, padding = 1, bias = false> -> [6, 9, 8]");
    assert_eq!(conv(lower(), &[6, 4, 2, 3]), "`it` (Conv) pads more on one side than on the other");
    let free = one(&[4, 9, 8], node("Conv", &["w"], vec![]), vec![]);
    assert_eq!(free, "`it` (Conv) takes `w`, which is no constant");
    let volume = one(&[4, 9, 8, 7], node("Conv", &["w"], vec![]), vec![zeros("w", &[6, 4, 3, 3, 3])]);
    assert_eq!(volume, "`it` (Conv) takes what has the shape [4, 9, 8, 7], which is neither an image nor a signal");
}

#[test]
fn transposed_convolutions() {
    let transposed =
        |attributes| one(&[4, 3, 3], node("ConvTranspose", &["w"], attributes), vec![zeros("w", &[4, 6, 3, 3])]);
    assert_eq!(transposed(vec![]), "ConvTranspose2d<4, 6, 3, bias = false> -> [6, 5, 5]");
    let settings = |pads: &[i64]| vec![ints("strides", &[2, 2]), ints("pads", pads)];
    // what is not taken off behind is more output
    assert_eq!(
        transposed(settings(&[1, 1, 0, 1])),
        "ConvTranspose2d<4, 6, 3, stride = 2, padding = 1, output_padding = (1, 0), bias = false> -> [6, 6, 5]"
    );
    assert_eq!(transposed(settings(&[0, 0, 1, 0])), "`it` (ConvTranspose) pads more on one side than on the other");
    assert_eq!(transposed(settings(&[4, 4, 4, 4])), "`it` (ConvTranspose) pads more than it gives");
    let shaped = transposed(vec![ints("output_shape", &[9, 9])]);
    assert_eq!(shaped, "`it` (ConvTranspose) says how large its output is, not its padding");
}

#[test]
fn pools_and_means() {
    let pool = |operator: &str, more: Vec<Attribute>| {
        let attributes = [vec![ints("kernel_shape", &[2, 2])], more].concat();
        one(&[3, 5, 6], node(operator, &[], attributes), vec![])
    };
    assert_eq!(pool("MaxPool", vec![]), "MaxPool2d<2, stride = 1> -> [3, 4, 5]");
    let by_two = || ints("strides", &[2, 2]);
    assert_eq!(pool("AveragePool", vec![by_two()]), "AvgPool2d<2, remainder = drop> -> [3, 2, 3]");
    let up = pool("MaxPool", vec![by_two(), int("ceil_mode", 1)]);
    assert_eq!(up, "MaxPool2d<2, padding = same> -> [3, 3, 3]");
    let up = pool("AveragePool", vec![by_two(), int("ceil_mode", 1)]);
    assert_eq!(up, "`it` (AveragePool) rounds up how often its window fits, by `ceil_mode`");
    let padded = || vec![by_two(), ints("pads", &[1, 1, 1, 1])];
    assert_eq!(pool("AveragePool", padded()), "`it` (AveragePool) leaves out zeros of its padding from its means");
    let counted = [padded(), vec![int("count_include_pad", 1)]].concat();
    assert_eq!(pool("AveragePool", counted), "AvgPool2d<2, padding = 1> -> [3, 3, 4]");
    assert_eq!(pool("MaxPool", vec![ints("dilations", &[2, 1])]), "`it` (MaxPool) has a dilation");

    let mean = |axes: &[i64], keeps| {
        one(&[3, 5, 6], node("ReduceMean", &["a"], vec![int("keepdims", keeps)]), vec![whole("a", axes)])
    };
    assert_eq!(mean(&[-1, 2], 0), "GlobalAvgPool -> [3]");
    assert_eq!(mean(&[2, 3], 1), "GlobalAvgPool, Reshape<[3, 1, 1]> -> [3, 1, 1]");
    assert_eq!(mean(&[2], 1), "`it` (ReduceMean) is over other dimensions than all of an image");
    assert_eq!(mean(&[0], 1), "`it` (ReduceMean) is about the dimensions [0]");
}

#[test]
fn what_makes_images_larger() {
    let pad = |pads: &[i64]| one(&[3, 5, 6], node("Pad", &["p"], vec![]), vec![whole("p", pads)]);
    assert_eq!(pad(&[0, 0, 1, 2, 0, 0, 1, 2]), "ZeroPad2d<(1, 2)> -> [3, 7, 10]");
    assert_eq!(pad(&[0, 0, 1, 2, 0, 0, 0, 2]), "`it` (Pad) pads more on one side than on the other");
    assert_eq!(pad(&[0, 0, -1, 2, 0, 0, -1, 2]), "`it` (Pad) pads more on one side than on the other");
    assert_eq!(
        pad(&[0, 1, 1, 2, 0, 1, 1, 2]),
        "`it` (Pad) pads by [0, 1, 1, 2, 0, 1, 1, 2], where images have rows and columns of zeros"
    );
    let reflect = node("Pad", &["p"], vec![text("mode", "reflect")]);
    let reflect = one(&[3, 5, 6], reflect, vec![whole("p", &[0, 0, 1, 1, 0, 0, 1, 1])]);
    assert_eq!(reflect, "`it` (Pad) pads with what is not zero");

    let resize = |scales: &[f32], how: [&str; 3]| {
        let names = ["mode", "coordinate_transformation_mode", "nearest_mode"];
        let attributes = names.into_iter().zip(how).map(|(name, how)| text(name, how)).collect();
        one(&[3, 5, 6], node("Resize", &["", "s"], attributes), vec![floats("s", scales)])
    };
    let nearest = ["nearest", "asymmetric", "floor"];
    assert_eq!(resize(&[1.0, 1.0, 2.0, 3.0], nearest), "Upsample2d<(2, 3)> -> [3, 10, 18]");
    let half = ["nearest", "half_pixel", "round_prefer_floor"];
    assert_eq!(resize(&[1.0, 1.0, 2.0, 2.0], half), "Upsample2d<2> -> [3, 10, 12]");
    let between = "`it` (Resize) is between numbers, where `Upsample2d` repeats them";
    assert_eq!(resize(&[1.0, 1.0, 1.5, 2.0], nearest), between);
    assert_eq!(resize(&[1.0, 1.0, 2.0, 2.0], ["linear", "half_pixel", "floor"]), between);
    assert_eq!(resize(&[1.0, 2.0, 2.0, 2.0], nearest), "`it` (Resize) enlarges by [1.0, 2.0, 2.0, 2.0]");
    let sizes = node("Resize", &["", "", "s"], nearest_attributes());
    assert_eq!(one(&[3, 5, 6], sizes, vec![whole("s", &[1, 3, 10, 12])]), "Upsample2d<2> -> [3, 10, 12]");
}
