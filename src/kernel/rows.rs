//! Products of matrices whose dimensions are known at run time, such as all rows of a few steps of a sequence.
//!
//! They are computed as those of dense layers are, with the same bits for each row whatever other rows there are.

#![allow(unsafe_code)]

use super::affine::{Dots, dots};
use super::gradient::{Combine, combine};
use super::threads;
use crate::memory::plain::{Parameters, flatten, flatten_mut};

/// A matrix: rows of `columns` floats, the first of each `stride` floats after that of the row before.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// At least up to the end of the last row.
    data: &'a [f32],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a> Rows<'a> {
    /// Each value as a row.
    pub fn of<T: Parameters>(values: &'a [T]) -> Self {
        Rows { data: flatten(values), rows: values.len(), columns: T::COUNT, stride: T::COUNT }
    }

    /// As many rows of this size as there are.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        Rows { data, rows: data.len().checked_div(columns).unwrap_or(0), columns, stride: columns }
    }

    /// `count` columns from number `from` on, as far as there are so many.
    pub fn columns(self, from: usize, count: usize) -> Self {
        let from = from.min(self.columns);
        let data = self.data.get(from..).unwrap_or_default();
        Rows { data, columns: count.min(self.columns - from), ..self }
    }

    /// `count` rows from number `from` on, as far as there are so many.
    pub fn rows(self, from: usize, count: usize) -> Self {
        let from = from.min(self.rows);
        let data = self.data.get(from * self.stride..).unwrap_or_default();
        Rows { data, rows: count.min(self.rows - from), ..self }
    }
}

/// A matrix to write: as [`Rows`].
pub(crate) struct RowsMut<'a> {
    data: &'a mut [f32],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a> RowsMut<'a> {
    /// Each value as a row.
    pub fn of<T: Parameters>(values: &'a mut [T]) -> Self {
        let rows = values.len();
        RowsMut { data: flatten_mut(values), rows, columns: T::COUNT, stride: T::COUNT }
    }

    /// As many rows of this size as there are.
    pub fn new(data: &'a mut [f32], columns: usize) -> Self {
        let rows = data.len().checked_div(columns).unwrap_or(0);
        RowsMut { data, rows, columns, stride: columns }
    }

    /// `count` columns from number `from` on, as far as there are so many.
    pub fn columns(self, from: usize, count: usize) -> Self {
        let from = from.min(self.columns);
        let data = self.data.get_mut(from..).unwrap_or_default();
        RowsMut { data, columns: count.min(self.columns - from), ..self }
    }

    /// `count` rows from number `from` on, as far as there are so many.
    pub fn rows(self, from: usize, count: usize) -> Self {
        let from = from.min(self.rows);
        let data = self.data.get_mut(from * self.stride..).unwrap_or_default();
        RowsMut { data, rows: count.min(self.rows - from), ..self }
    }

    /// Calls `work` for parts of the rows, each with the number of its first row, on several threads if that pays.
    fn each_part(self, pieces: usize, first: usize, work: &(impl Fn(usize, RowsMut) + Sync)) {
        let middle = threads::middle(self.rows, pieces, TILES);
        let RowsMut { data, rows, columns, stride } = self;
        match data.split_at_mut_checked(middle * stride) {
            Some((low, high)) if middle > 0 => {
                let low = RowsMut { data: low, rows: middle, columns, stride };
                let high = RowsMut { data: high, rows: rows - middle, columns, stride };
                threads::join(
                    || low.each_part(pieces / 2, first, work),
                    || high.each_part(pieces - pieces / 2, first + middle, work),
                );
            }
            Some((_, data)) => work(first, RowsMut { data, rows, columns, stride }),
            None => {} // never: the middle is before the last row
        }
    }
}

/// Rows that are whole tiles of either kernel.
const TILES: usize = 12;

/// `y[n][o] = sum_i x[n][i] * weight[o][i] + bias[o]`, over as many rows, columns and terms as all have.
pub(crate) fn product(x: Rows, weight: Rows, bias: &[f32], y: RowsMut) {
    let rows = x.rows.min(y.rows);
    let depth = x.columns.min(weight.columns);
    let columns = weight.rows.min(bias.len()).min(y.columns);
    y.rows(0, rows).each_part(threads::pieces(rows * depth * columns), 0, &|first, y| {
        let x = x.rows(first, y.rows);
        // SAFETY: rows and columns lie within each matrix, and `y` is borrowed mutably.
        unsafe {
            dots(Dots {
                rows: y.rows.min(x.rows),
                depth,
                columns,
                x: x.data.as_ptr(),
                x_stride: x.stride,
                w: weight.data.as_ptr(),
                w_stride: weight.stride,
                bias: bias.as_ptr(),
                y: y.data.as_mut_ptr(),
                y_stride: y.stride,
            });
        }
    });
}

/// `y[n][o] = sum_i x[n][i] * weight[o][i]`: as [`product`], without a bias.
pub(crate) fn product_alone(x: Rows, weight: Rows, y: RowsMut) {
    const NONE: [f32; 256] = [0.0; 256];
    let RowsMut { data, rows, columns, stride } = y;
    for from in (0..weight.rows.min(columns)).step_by(NONE.len()) {
        let y = RowsMut { data: &mut *data, rows, columns, stride };
        product(x, weight.rows(from, NONE.len()), &NONE, y.columns(from, NONE.len()));
    }
}

/// `dw[o][i] += sum_n dy[n][o] * x[n][i]`, over as many rows, columns and terms as all have.
pub(crate) fn add_weight_gradient(dy: Rows, x: Rows, dw: RowsMut) {
    let depth = dy.rows.min(x.rows);
    let rows = dy.columns.min(dw.rows);
    let columns = x.columns.min(dw.columns);
    dw.rows(0, rows).each_part(threads::pieces(rows * depth * columns), 0, &|first, dw| {
        let dy = dy.columns(first, dw.rows);
        // SAFETY: as in `product`.
        unsafe {
            combine(Combine {
                rows: dw.rows.min(dy.columns),
                depth,
                columns,
                a: dy.data.as_ptr(),
                a_stride: 1,
                a_step: dy.stride,
                b: x.data.as_ptr(),
                b_step: x.stride,
                c: dw.data.as_mut_ptr(),
                c_stride: dw.stride,
                add: true,
                fused: true,
            });
        }
    });
}

/// `db[o] += sum_n dy[n][o]`, over as many columns as both have.
pub(crate) fn add_bias_gradient(dy: Rows, db: &mut [f32]) {
    // SAFETY: rows and columns lie within the matrix, `db` is borrowed mutably, and strides of 0 stay at the one 1.
    unsafe {
        combine(Combine {
            rows: 1,
            depth: dy.rows,
            columns: dy.columns.min(db.len()),
            a: &1.0,
            a_stride: 0,
            a_step: 0,
            b: dy.data.as_ptr(),
            b_step: dy.stride,
            c: db.as_mut_ptr(),
            c_stride: db.len(),
            add: true,
            fused: true,
        });
    }
}

/// `dx[n][i] = sum_o dy[n][o] * weight[o][i]`, or `+=` if `add`, over as many rows, columns and terms as all have.
pub(crate) fn input_gradient(dy: Rows, weight: Rows, dx: RowsMut, add: bool) {
    let rows = dy.rows.min(dx.rows);
    let depth = dy.columns.min(weight.rows);
    let columns = weight.columns.min(dx.columns);
    dx.rows(0, rows).each_part(threads::pieces(rows * depth * columns), 0, &|first, dx| {
        let dy = dy.rows(first, dx.rows);
        // SAFETY: as in `product`.
        unsafe {
            combine(Combine {
                rows: dx.rows.min(dy.rows),
                depth,
                columns,
                a: dy.data.as_ptr(),
                a_stride: dy.stride,
                a_step: 1,
                b: weight.data.as_ptr(),
                b_step: weight.stride,
                c: dx.data.as_mut_ptr(),
                c_stride: dx.stride,
                add,
                fused: true,
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;

    /// Small whole numbers, whose sums are exact in any order.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 37 + seed * 11) % 9) as f32 - 4.0).collect()
    }

    const SIZES: [usize; 6] = [0, 1, 3, 16, 33, 65];

    #[test]
    fn products_are_those_of_their_formulas() {
        for n in SIZES {
            for i in SIZES {
                for o in SIZES {
                    check(n, i, o);
                }
            }
        }
    }

    /// Matrices in the middle of larger ones, each number of which outside must stay.
    fn check(n: usize, i: usize, o: usize) {
        let (x, weight, bias) = (numbers(n * (i + 3), 1), numbers(o * i, 2), numbers(o, 3));
        let x_rows = Rows::new(&x, i + 3).columns(2, i);
        let x_at = |n: usize, k: usize| x[n * (i + 3) + 2 + k];

        let mut y = vec![7.0; n * (o + 2)];
        product(x_rows, Rows::new(&weight, i), &bias, RowsMut::new(&mut y, o + 2).columns(1, o));
        for (row, y) in y.chunks(o + 2).enumerate() {
            assert_eq!((y[0], y[o + 1]), (7.0, 7.0));
            for (column, y) in y[1..=o].iter().enumerate() {
                let sum: f32 = (0..i).map(|k| x_at(row, k) * weight[column * i + k]).sum();
                // rows of no size are no rows: nothing is then written
                assert_eq!(*y, if i == 0 { 7.0 } else { sum + bias[column] }, "{n} {i} {o}");
            }
        }

        let mut y = vec![7.0; n * (o + 2)];
        product_alone(x_rows, Rows::new(&weight, i), RowsMut::new(&mut y, o + 2).columns(1, o));
        for (row, y) in y.chunks(o + 2).enumerate() {
            for (column, y) in y[1..=o].iter().enumerate() {
                let sum: f32 = (0..i).map(|k| x_at(row, k) * weight[column * i + k]).sum();
                assert_eq!(*y, if i == 0 { 7.0 } else { sum }, "{n} {i} {o}");
            }
        }

        let dy = numbers(n * (o + 2), 4);
        let dy_rows = Rows::new(&dy, o + 2).columns(1, o);
        let dy_at = |n: usize, c: usize| dy[n * (o + 2) + 1 + c];
        for add in [false, true] {
            let mut dx = vec![7.0; n * i];
            input_gradient(dy_rows, Rows::new(&weight, i), RowsMut::new(&mut dx, i), add);
            for (row, dx) in dx.chunks(i.max(1)).enumerate() {
                for (k, dx) in dx.iter().enumerate() {
                    let sum: f32 = (0..o).map(|c| dy_at(row, c) * weight[c * i + k]).sum();
                    assert_eq!(*dx, sum + if add { 7.0 } else { 0.0 }, "{n} {i} {o}");
                }
            }
        }

        let (mut dw, mut db) = (vec![7.0; o * i], vec![7.0; o]);
        add_weight_gradient(dy_rows, x_rows, RowsMut::new(&mut dw, i));
        add_bias_gradient(dy_rows, &mut db);
        for (c, (dw, db)) in dw.chunks(i.max(1)).zip(&db).enumerate() {
            assert_eq!(*db, 7.0 + (0..n).map(|row| dy_at(row, c)).sum::<f32>());
            for (k, dw) in dw.iter().enumerate() {
                assert_eq!(*dw, 7.0 + (0..n).map(|row| dy_at(row, c) * x_at(row, k)).sum::<f32>());
            }
        }
    }

    #[test]
    fn a_product_alone_has_as_many_columns_as_it_is_asked_for() {
        check(2, 3, 300);
    }

    #[test]
    fn rows_and_columns_beyond_the_end_are_not_there() {
        let data = numbers(12, 1);
        let rows = Rows::new(&data, 4).rows(2, 5).columns(3, 9);
        assert_eq!((rows.rows, rows.columns, rows.data), (1, 1, &data[11..]));
        let none = Rows::new(&data, 4).rows(9, 1).columns(9, 1);
        assert_eq!((none.rows, none.columns), (0, 0));
        let mut data = data.clone();
        let rows = RowsMut::new(&mut data, 5).rows(1, 7).columns(4, 2);
        assert_eq!((rows.rows, rows.columns, rows.data.len()), (1, 1, 3));
    }
}
