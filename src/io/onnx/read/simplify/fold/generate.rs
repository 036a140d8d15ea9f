//! Constants that are generated of sizes and bounds, and the shape of one.

use super::Fold;
use super::part::part;
use crate::io::onnx::read::known::{attribute, int};
use crate::io::onnx::read::simplify::array::{Array, Data};

impl Fold<'_> {
    pub fn constant_of_shape(&self) -> Option<Array> {
        let dims = self.input(0)?.whole()?.iter().map(|n| usize::try_from(*n).ok()).collect::<Option<Vec<_>>>()?;
        let value = match attribute(self.node, "value") {
            Some(value) => Array::of(value.t.as_ref()?)?,
            None => Array { dims: vec![1], data: Data::Floats(vec![0.0]) },
        };
        if value.len() != 1 {
            return None;
        }
        self.broadcast(&value.reshaped(Vec::new())?, &dims)
    }

    pub fn range(&self) -> Option<Array> {
        let bound = |number: usize| match self.input(number)?.whole()? {
            [bound] => Some(*bound),
            _ => None,
        };
        let (start, limit, step) = (bound(0)?, bound(1)?, bound(2)?);
        let span = i128::from(limit) - i128::from(start);
        let steps = if step == 0 {
            return None;
        } else {
            (span + i128::from(step) - i128::from(step.signum())) / i128::from(step)
        };
        let number = usize::try_from(steps.max(0)).ok()?;
        if !self.within(&[number]) {
            return None;
        }
        let numbers = (0..number as i64).map(|i| start.wrapping_add(i.wrapping_mul(step)));
        Some(Array { dims: vec![number], data: Data::Whole(numbers.collect()) })
    }

    pub fn shape(&self) -> Option<Array> {
        let sizes: Vec<i64> = self.input(0)?.dims.iter().map(|size| *size as i64).collect();
        let (start, end) = (int(self.node, "start").unwrap_or(0), int(self.node, "end").unwrap_or(i64::MAX));
        let (first, number) = part(start, end, 1, sizes.len())?;
        let found = sizes.get(first..first + number)?.to_vec();
        Some(Array { dims: vec![number], data: Data::Whole(found) })
    }
}
