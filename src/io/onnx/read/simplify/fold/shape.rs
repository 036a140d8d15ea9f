//! The same numbers in another shape or order, or repeated.

use super::Fold;
use crate::io::onnx::read::known::{int, ints};
use crate::io::onnx::read::simplify::array::{Array, common, count};
use crate::layer::import::place;

impl Fold<'_> {
    pub fn reshape(&self) -> Option<Array> {
        let from = self.input(0)?;
        let asked = self.settings(1, "shape")?;
        let keeps_zeros = int(self.node, "allowzero").unwrap_or(0) != 0;
        let mut dims = Vec::new();
        for (i, size) in asked.iter().enumerate() {
            dims.push(match size {
                -1 => 1,
                0 if !keeps_zeros => *from.dims.get(i)?,
                size => usize::try_from(*size).ok()?,
            });
        }
        if asked.iter().filter(|size| **size == -1).count() > 1 {
            return None;
        }
        if let Some(free) = asked.iter().position(|size| *size == -1) {
            dims[free] = from.len().checked_div(count(&dims)?)?;
        }
        self.reshaped(from, dims)
    }

    pub fn flatten(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axis = int(self.node, "axis").unwrap_or(1);
        // one that is negative is a dimension, others may be behind the last
        let axis = if axis < 0 { place(axis, from.dims.len())? } else { usize::try_from(axis).ok()? };
        let (rows, columns) = from.dims.split_at_checked(axis)?;
        self.reshaped(from, vec![count(rows)?, count(columns)?])
    }

    pub fn squeeze(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axes = match self.settings(1, "axes") {
            Some(axes) => axes.iter().map(|axis| place(*axis, from.dims.len())).collect::<Option<Vec<_>>>()?,
            None => (0..from.dims.len()).filter(|i| from.dims[*i] == 1).collect(),
        };
        let kept = from.dims.iter().enumerate().filter(|(i, _)| !axes.contains(i));
        self.reshaped(from, kept.map(|(_, size)| *size).collect())
    }

    pub fn unsqueeze(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axes = self.settings(1, "axes")?;
        let rank = from.dims.len() + axes.len();
        let axes = axes.iter().map(|axis| place(*axis, rank)).collect::<Option<Vec<_>>>()?;
        let mut old = from.dims.iter();
        let dims = (0..rank).map(|i| if axes.contains(&i) { Some(1) } else { old.next().copied() });
        self.reshaped(from, dims.collect::<Option<_>>()?)
    }

    pub fn transpose(&self) -> Option<Array> {
        let from = self.input(0)?;
        let rank = from.dims.len();
        let order = match ints(self.node, "perm") {
            Some(perm) => perm.iter().map(|axis| place(*axis, rank)).collect::<Option<Vec<_>>>()?,
            None => (0..rank).rev().collect(),
        };
        if order.len() != rank || (0..rank).any(|i| !order.contains(&i)) {
            return None;
        }
        let own = from.strides();
        let strides: Vec<isize> = order.iter().map(|i| own[*i]).collect();
        self.picked(from, order.iter().map(|i| from.dims[*i]).collect(), 0, &strides)
    }

    pub fn expand(&self) -> Option<Array> {
        let from = self.input(0)?;
        let asked: Vec<usize> =
            self.input(1)?.whole()?.iter().map(|n| usize::try_from(*n).ok()).collect::<Option<_>>()?;
        self.broadcast(from, &common(&from.dims, &asked)?)
    }
}
