//! Convolution written out as its formula: the thing to read, and what the fast one is tested against.

use super::Geometry;

/// Calls `visit(output, weight, input)` with the places of each product of the convolution of one sample:
/// `y[f][oy][ox] += weight[f][c][ky][kx] * x[c][oy·stride + ky·dilation - padding][ox·…]`
fn products(g: &Geometry, mut visit: impl FnMut(usize, usize, usize)) {
    let [height, width] = g.input;
    let [out_height, out_width] = g.output;
    let [rows, columns] = g.kernel;
    let per_group = g.filters / g.groups;
    for f in 0..g.filters {
        for c in 0..g.depth() {
            let channel = f / per_group * g.depth() + c;
            for (oy, ox) in (0..out_height).flat_map(|oy| (0..out_width).map(move |ox| (oy, ox))) {
                for (ky, kx) in (0..rows).flat_map(|ky| (0..columns).map(move |kx| (ky, kx))) {
                    let y = (oy * g.stride[0] + ky * g.dilation[0]).wrapping_sub(g.padding[0]);
                    let x = (ox * g.stride[1] + kx * g.dilation[1]).wrapping_sub(g.padding[1]);
                    if y < height && x < width {
                        let output = (f * out_height + oy) * out_width + ox;
                        let weight = ((f * g.depth() + c) * rows + ky) * columns + kx;
                        visit(output, weight, (channel * height + y) * width + x);
                    }
                }
            }
        }
    }
}

/// `y = weight * x + bias`, of one sample.
pub fn forward(g: &Geometry, x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32]) {
    for (f, y) in y.chunks_mut(g.out_plane()).enumerate() {
        y.fill(bias.get(f).copied().unwrap_or(0.0));
    }
    products(g, |output, tap, input| y[output] += weight[tap] * x[input]);
}

/// `dw += ` the derivatives by the weights, of one sample.
pub fn weight_gradient(g: &Geometry, dy: &[f32], x: &[f32], dw: &mut [f32]) {
    products(g, |output, tap, input| dw[tap] += dy[output] * x[input]);
}

/// `dx = ` the derivatives by the input, of one sample.
pub fn input_gradient(g: &Geometry, dy: &[f32], weight: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    products(g, |output, tap, input| dx[input] += dy[output] * weight[tap]);
}
