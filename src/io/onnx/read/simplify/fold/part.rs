//! Parts of constants, and constants side by side.

use super::Fold;
use crate::io::onnx::read::known::int;
use crate::io::onnx::read::simplify::array::{Array, Data, count};
use crate::layer::import::place;

impl Fold<'_> {
    pub fn slice(&self) -> Option<Array> {
        let from = self.input(0)?;
        let (starts, ends) = (self.settings(1, "starts")?, self.settings(2, "ends")?);
        let axes = self.settings(3, "axes").unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = self.input(4).map_or(Some(vec![1; starts.len()]), |steps| Some(steps.whole()?.to_vec()))?;
        if [ends.len(), axes.len(), steps.len()].iter().any(|length| *length != starts.len()) {
            return None;
        }
        let (own, mut dims) = (from.strides(), from.dims.clone());
        let (mut strides, mut start) = (own.clone(), 0_isize);
        for i in 0..starts.len() {
            let axis = place(axes[i], dims.len())?;
            let (first, number) = part(starts[i], ends[i], steps[i], from.dims[axis])?;
            dims[axis] = number;
            start += own[axis] * first as isize;
            strides[axis] = own[axis].checked_mul(isize::try_from(steps[i]).ok()?)?;
        }
        self.picked(from, dims, start, &strides)
    }

    pub fn gather(&self) -> Option<Array> {
        let (from, places) = (self.input(0)?, self.input(1)?);
        let axis = place(int(self.node, "axis").unwrap_or(0), from.dims.len())?;
        let (outer, inner) = (count(&from.dims[..axis])?, count(&from.dims[axis + 1..])?);
        let dims = [&from.dims[..axis], &places.dims, &from.dims[axis + 1..]].concat();
        if !self.within(&dims) {
            return None;
        }
        let size = from.dims[axis];
        let rows = places.whole()?.iter().map(|row| place(*row, size)).collect::<Option<Vec<_>>>()?;
        let starts = (0..outer).flat_map(|i| rows.iter().map(move |row| (i * size + row) * inner));
        let data = match &from.data {
            Data::Floats(numbers) => {
                Data::Floats(starts.flat_map(|start| &numbers[start..start + inner]).copied().collect())
            }
            Data::Whole(numbers) => {
                Data::Whole(starts.flat_map(|start| &numbers[start..start + inner]).copied().collect())
            }
        };
        Some(Array { dims, data })
    }

    pub fn concat(&self) -> Option<Array> {
        let parts = self.inputs.iter().copied().collect::<Option<Vec<&Array>>>()?;
        let mut dims = parts.first()?.dims.clone();
        let axis = place(int(self.node, "axis").unwrap_or(1), dims.len())?;
        let same = |part: &&Array| {
            part.dims.len() == dims.len() && (0..dims.len()).all(|i| i == axis || part.dims[i] == dims[i])
        };
        if !parts.iter().all(same) {
            return None;
        }
        dims[axis] = parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(part.dims[axis]))?;
        if !self.within(&dims) {
            return None;
        }
        let outer = count(&dims[..axis])?;
        let data = match parts[0].data {
            Data::Floats(_) => Data::Floats(side_by_side(&parts, outer, Array::floats)?),
            Data::Whole(_) => Data::Whole(side_by_side(&parts, outer, Array::whole)?),
        };
        Some(Array { dims, data })
    }
}

/// Of each of `outer` rows, what each of the parts has of it.
fn side_by_side<T: Copy>(parts: &[&Array], outer: usize, numbers: fn(&Array) -> Option<&[T]>) -> Option<Vec<T>> {
    let parts = parts.iter().map(|part| numbers(part)).collect::<Option<Vec<&[T]>>>()?;
    let row = |part: &&'_ [T], i: usize| {
        let length = part.len().checked_div(outer).unwrap_or(0);
        part.get(i * length..(i + 1) * length).unwrap_or_default().to_vec()
    };
    Some((0..outer).flat_map(|i| parts.iter().flat_map(move |part| row(part, i)).collect::<Vec<T>>()).collect())
}

/// The first place and the number of places of a slice over `size`, which is cut to what is there.
pub fn part(start: i64, end: i64, step: i64, size: usize) -> Option<(usize, usize)> {
    let size = i64::try_from(size).ok()?;
    let counted = |place: i64| if place < 0 { place.saturating_add(size) } else { place };
    let (start, end) = (counted(start), counted(end));
    let (start, number) = match step {
        0 => return None,
        1.. => {
            let (start, end) = (start.clamp(0, size), end.clamp(0, size));
            (start, (end - start).max(0).checked_add(step - 1)? / step)
        }
        _ => {
            let (start, end) = (start.clamp(-1, size - 1), end.clamp(-1, size - 1));
            let step = step.checked_neg()?;
            (start.max(0), (start - end).max(0).checked_add(step - 1)? / step)
        }
    };
    Some((usize::try_from(start).ok()?, usize::try_from(number).ok()?))
}
