//! The products written out as their formulas: the thing to read, and what the fast ones are tested against.

/// `y[n][o] = sum_i x[n][i] * weight[o][i] + bias[o]`
pub fn affine<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
) {
    for (x, y) in x.iter().zip(y) {
        for ((y, weight), bias) in y.iter_mut().zip(weight).zip(bias) {
            *y = *bias;
            for (x, weight) in x.iter().zip(weight) {
                *y += x * weight;
            }
        }
    }
}

/// `dw[o][i] += sum_n dy[n][o] * x[n][i]`
pub fn weight_gradient<const IN: usize, const OUT: usize>(
    dy: &[[f32; OUT]],
    x: &[[f32; IN]],
    dw: &mut [[f32; IN]; OUT],
) {
    for (dy, x) in dy.iter().zip(x) {
        for (dy, dw) in dy.iter().zip(dw.iter_mut()) {
            for (x, dw) in x.iter().zip(dw) {
                *dw += dy * x;
            }
        }
    }
}

/// `db[o] += sum_n dy[n][o]`
pub fn bias_gradient<const OUT: usize>(dy: &[[f32; OUT]], db: &mut [f32; OUT]) {
    for dy in dy {
        for (dy, db) in dy.iter().zip(db.iter_mut()) {
            *db += dy;
        }
    }
}

/// `dx[n][i] = sum_o dy[n][o] * weight[o][i]`
pub fn input_gradient<const IN: usize, const OUT: usize>(
    dy: &[[f32; OUT]],
    weight: &[[f32; IN]; OUT],
    dx: &mut [[f32; IN]],
) {
    for (dy, dx) in dy.iter().zip(dx) {
        *dx = [0.0; IN];
        for (dy, weight) in dy.iter().zip(weight) {
            for (dx, weight) in dx.iter_mut().zip(weight) {
                *dx += dy * weight;
            }
        }
    }
}
