//! What an operator gives whose inputs are all constant.
//!
//! Each result has at most as many numbers as the caller allows: that is checked before any are made.

use super::array::{Array, Data, common, count};
use crate::io::onnx::proto::{self, Node};
use crate::io::onnx::read::known::{attribute, int, ints};

/// The output, if it is one that is computed here and of at most this many numbers.
pub fn folded(node: &Node, inputs: &[Option<&Array>], version: i64, most: usize) -> Option<Array> {
    Fold { node, inputs, version, most }.output()
}

struct Fold<'f> {
    node: &'f Node,
    inputs: &'f [Option<&'f Array>],
    version: i64,
    most: usize,
}

impl<'f> Fold<'f> {
    fn output(&self) -> Option<Array> {
        match self.node.op_type.as_str() {
            "Identity" => self.within(&self.input(0)?.dims).then(|| self.input(0).cloned())?,
            "Cast" => self.cast(),
            "Reshape" => self.reshape(),
            "Flatten" => self.flatten(),
            "Squeeze" => self.squeeze(),
            "Unsqueeze" => self.unsqueeze(),
            "Transpose" => self.transpose(),
            "Expand" => self.expand(),
            "Slice" => self.slice(),
            "Gather" => self.gather(),
            "Concat" => self.concat(),
            "ConstantOfShape" => self.constant_of_shape(),
            "Range" => self.range(),
            "Shape" => self.shape(),
            "Where" => self.choice(),
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Equal" => self.of_two(),
            _ => self.of_one(),
        }
    }

    fn input(&self, number: usize) -> Option<&'f Array> {
        *self.inputs.get(number)?
    }

    /// The whole numbers that are an input, or in older versions an attribute.
    fn settings(&self, number: usize, name: &str) -> Option<Vec<i64>> {
        match self.input(number) {
            Some(array) => Some(array.whole()?.to_vec()),
            None => ints(self.node, name).map(<[i64]>::to_vec),
        }
    }

    /// Whether an output of these sizes is small enough.
    fn within(&self, dims: &[usize]) -> bool {
        count(dims).is_some_and(|count| count <= self.most)
    }

    fn picked(&self, from: &Array, dims: Vec<usize>, start: isize, strides: &[isize]) -> Option<Array> {
        if self.within(&dims) { from.picked(dims, start, strides) } else { None }
    }

    fn broadcast(&self, from: &Array, dims: &[usize]) -> Option<Array> {
        if self.within(dims) { from.broadcast(dims) } else { None }
    }

    fn reshaped(&self, from: &Array, dims: Vec<usize>) -> Option<Array> {
        if self.within(&dims) { from.reshaped(dims) } else { None }
    }

    fn cast(&self) -> Option<Array> {
        let from = self.input(0)?;
        let to = i32::try_from(int(self.node, "to")?).ok()?;
        if !self.within(&from.dims) {
            return None;
        }
        let data = match (&from.data, to) {
            (Data::Floats(numbers), proto::FLOAT | proto::DOUBLE) => Data::Floats(numbers.clone()),
            (Data::Whole(numbers), proto::FLOAT | proto::DOUBLE) => {
                Data::Floats(numbers.iter().map(|number| *number as f32).collect())
            }
            (Data::Floats(numbers), proto::INT64) => Data::Whole(numbers.iter().map(|number| *number as i64).collect()),
            (Data::Whole(numbers), proto::INT32 | proto::INT64) => Data::Whole(numbers.clone()),
            (Data::Whole(numbers), proto::BOOL) => {
                Data::Whole(numbers.iter().map(|number| i64::from(*number != 0)).collect())
            }
            _ => return None,
        };
        Some(Array { dims: from.dims.clone(), data })
    }

    fn reshape(&self) -> Option<Array> {
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

    fn flatten(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axis = place(int(self.node, "axis").unwrap_or(1), from.dims.len() + 1)?;
        let (rows, columns) = from.dims.split_at_checked(axis)?;
        self.reshaped(from, vec![count(rows)?, count(columns)?])
    }

    fn squeeze(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axes = match self.settings(1, "axes") {
            Some(axes) => axes.iter().map(|axis| place(*axis, from.dims.len())).collect::<Option<Vec<_>>>()?,
            None => (0..from.dims.len()).filter(|i| from.dims[*i] == 1).collect(),
        };
        let kept = from.dims.iter().enumerate().filter(|(i, _)| !axes.contains(i));
        self.reshaped(from, kept.map(|(_, size)| *size).collect())
    }

    fn unsqueeze(&self) -> Option<Array> {
        let from = self.input(0)?;
        let axes = self.settings(1, "axes")?;
        let rank = from.dims.len() + axes.len();
        let axes = axes.iter().map(|axis| place(*axis, rank)).collect::<Option<Vec<_>>>()?;
        let mut old = from.dims.iter();
        let dims = (0..rank).map(|i| if axes.contains(&i) { Some(1) } else { old.next().copied() });
        self.reshaped(from, dims.collect::<Option<_>>()?)
    }

    fn transpose(&self) -> Option<Array> {
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

    fn expand(&self) -> Option<Array> {
        let from = self.input(0)?;
        let asked: Vec<usize> =
            self.input(1)?.whole()?.iter().map(|n| usize::try_from(*n).ok()).collect::<Option<_>>()?;
        self.broadcast(from, &common(&from.dims, &asked)?)
    }

    fn slice(&self) -> Option<Array> {
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

    fn gather(&self) -> Option<Array> {
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

    fn concat(&self) -> Option<Array> {
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

    fn constant_of_shape(&self) -> Option<Array> {
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

    fn range(&self) -> Option<Array> {
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

    fn shape(&self) -> Option<Array> {
        let sizes: Vec<i64> = self.input(0)?.dims.iter().map(|size| *size as i64).collect();
        let (start, end) = (int(self.node, "start").unwrap_or(0), int(self.node, "end").unwrap_or(i64::MAX));
        let (first, number) = part(start, end, 1, sizes.len())?;
        let found = sizes.get(first..first + number)?.to_vec();
        Some(Array { dims: vec![number], data: Data::Whole(found) })
    }

    /// `Where`
    fn choice(&self) -> Option<Array> {
        let (chosen, one, other) = (self.input(0)?, self.input(1)?, self.input(2)?);
        let dims = common(&common(&chosen.dims, &one.dims)?, &other.dims)?;
        let [chosen, one, other] = [chosen, one, other].map(|array| self.broadcast(array, &dims));
        let (chosen, one, other) = (chosen?, one?, other?);
        let chosen = chosen.whole()?;
        let data = match (&one.data, &other.data) {
            (Data::Floats(one), Data::Floats(other)) => Data::Floats(chosen_of(chosen, one, other)),
            (Data::Whole(one), Data::Whole(other)) => Data::Whole(chosen_of(chosen, one, other)),
            _ => return None,
        };
        Some(Array { dims, data })
    }

    fn of_two(&self) -> Option<Array> {
        let (one, other) = (self.input(0)?, self.input(1)?);
        if self.version < 7 && attribute(self.node, "axis").is_some() {
            return None; // aligned as the operators were before
        }
        let dims = common(&one.dims, &other.dims)?;
        let (one, other) = (self.broadcast(one, &dims)?, self.broadcast(other, &dims)?);
        let operator = self.node.op_type.as_str();
        let data = match (&one.data, &other.data) {
            (Data::Floats(one), Data::Floats(other)) => {
                let of: fn(f32, f32) -> f32 = match operator {
                    "Add" => |a, b| a + b,
                    "Sub" => |a, b| a - b,
                    "Mul" => |a, b| a * b,
                    "Div" => |a, b| a / b,
                    "Pow" => f32::powf,
                    _ => return None,
                };
                Data::Floats(one.iter().zip(other).map(|(a, b)| of(*a, *b)).collect())
            }
            (Data::Whole(one), Data::Whole(other)) => {
                let of: fn(i64, i64) -> Option<i64> = match operator {
                    "Add" => i64::checked_add,
                    "Sub" => i64::checked_sub,
                    "Mul" => i64::checked_mul,
                    "Div" => i64::checked_div,
                    "Equal" => |a, b| Some(i64::from(a == b)),
                    _ => return None,
                };
                Data::Whole(one.iter().zip(other).map(|(a, b)| of(*a, *b)).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Array { dims, data })
    }

    fn of_one(&self) -> Option<Array> {
        let from = self.input(0)?;
        let of: fn(f32) -> f32 = match self.node.op_type.as_str() {
            "Neg" => |x| -x,
            "Abs" => f32::abs,
            "Sqrt" => f32::sqrt,
            "Reciprocal" => f32::recip,
            "Exp" => f32::exp,
            "Log" => f32::ln,
            "Floor" => f32::floor,
            "Ceil" => f32::ceil,
            _ => return None,
        };
        if !self.within(&from.dims) {
            return None;
        }
        let data = match (&from.data, self.node.op_type.as_str()) {
            (Data::Floats(numbers), _) => Data::Floats(numbers.iter().map(|number| of(*number)).collect()),
            (Data::Whole(numbers), "Neg") => {
                Data::Whole(numbers.iter().map(|number| number.checked_neg()).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Array { dims: from.dims.clone(), data })
    }
}

fn chosen_of<T: Copy>(chosen: &[i64], one: &[T], other: &[T]) -> Vec<T> {
    chosen
        .iter()
        .zip(one.iter().zip(other))
        .map(|(first, (one, other))| if *first != 0 { *one } else { *other })
        .collect()
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

/// A place among `size`, counted from the end if it is negative.
pub fn place(place: i64, size: usize) -> Option<usize> {
    let place = if place < 0 { place.checked_add(size as i64)? } else { place };
    usize::try_from(place).ok().filter(|place| *place < size)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::onnx::proto::Attribute;

    fn whole(dims: &[usize], numbers: &[i64]) -> Array {
        Array { dims: dims.to_vec(), data: Data::Whole(numbers.to_vec()) }
    }

    fn floats(numbers: &[f32]) -> Array {
        Array { dims: vec![numbers.len()], data: Data::Floats(numbers.to_vec()) }
    }

    fn of(operator: &str, attributes: &[(&str, &[i64])], inputs: &[&Array]) -> Option<Array> {
        let attribute = attributes.iter().map(|(name, numbers)| Attribute {
            name: (*name).into(),
            i: numbers.first().copied(),
            ints: numbers.to_vec(),
            ..Attribute::default()
        });
        let node = Node { op_type: operator.into(), attribute: attribute.collect(), ..Node::default() };
        folded(&node, &inputs.iter().map(|input| Some(*input)).collect::<Vec<_>>(), 20, 12)
    }

    #[test]
    fn shapes_are_onnx_s() {
        let rows = whole(&[2, 3], &[1, 2, 3, 4, 5, 6]);
        assert_eq!(of("Transpose", &[], &[&rows]), Some(whole(&[3, 2], &[1, 4, 2, 5, 3, 6])));
        assert_eq!(of("Transpose", &[("perm", &[0, 0])], &[&rows]), None);
        assert_eq!(
            of("Reshape", &[], &[&rows, &whole(&[3], &[0, -1, 1])]),
            Some(whole(&[2, 3, 1], &[1, 2, 3, 4, 5, 6]))
        );
        assert_eq!(of("Reshape", &[], &[&rows, &whole(&[2], &[4, -1])]), None);
        assert_eq!(of("Unsqueeze", &[], &[&rows, &whole(&[1], &[-1])]).unwrap().dims, [2, 3, 1]);
        assert_eq!(of("Flatten", &[("axis", &[0])], &[&rows]).unwrap().dims, [1, 6]);
        assert_eq!(of("Shape", &[("start", &[-1])], &[&rows]), Some(whole(&[1], &[3])));
        let last = whole(&[1], &[-1]);
        assert_eq!(of("Gather", &[("axis", &[1])], &[&rows, &last]), Some(whole(&[2, 1], &[3, 6])));
        assert_eq!(of("Gather", &[], &[&rows, &whole(&[], &[1])]), Some(whole(&[3], &[4, 5, 6])));
        assert_eq!(of("Gather", &[], &[&rows, &whole(&[], &[2])]), None);
        let joined = of("Concat", &[("axis", &[1])], &[&rows, &whole(&[2, 1], &[7, 8])]);
        assert_eq!(joined, Some(whole(&[2, 4], &[1, 2, 3, 7, 4, 5, 6, 8])));
        assert_eq!(of("Concat", &[("axis", &[0])], &[&rows, &whole(&[2, 1], &[7, 8])]), None);
    }

    #[test]
    fn slices_are_onnx_s() {
        let row = whole(&[5], &[1, 2, 3, 4, 5]);
        let slice = |start: i64, end: i64, step: i64| {
            let [start, end, axis, step] = [start, end, 0, step].map(|n| whole(&[1], &[n]));
            of("Slice", &[], &[&row, &start, &end, &axis, &step]).map(|found| found.whole().unwrap().to_vec())
        };
        assert_eq!(slice(1, 4, 2), Some(vec![2, 4]));
        assert_eq!(slice(-2, i64::MAX, 1), Some(vec![4, 5]));
        assert_eq!(slice(-1, i64::MIN, -1), Some(vec![5, 4, 3, 2, 1]));
        assert_eq!(slice(3, 0, -2), Some(vec![4, 2]));
        assert_eq!(slice(4, 2, 1), Some(vec![]));
        assert_eq!(slice(0, 5, 0), None);
        assert_eq!(slice(0, 5, i64::MIN), None);
        assert_eq!(slice(0, 5, i64::MAX), None);
    }

    #[test]
    fn arithmetic_is_onnx_s() {
        let pair = floats(&[1.0, 4.0]);
        assert_eq!(of("Sub", &[], &[&pair, &floats(&[3.0])]), Some(floats(&[-2.0, 1.0])));
        assert_eq!(of("Sqrt", &[], &[&pair]), Some(floats(&[1.0, 2.0])));
        assert_eq!(of("Div", &[], &[&whole(&[1], &[1]), &whole(&[1], &[0])]), None);
        assert_eq!(of("Mul", &[], &[&whole(&[1], &[i64::MAX]), &whole(&[1], &[2])]), None);
        assert_eq!(of("Add", &[], &[&pair, &whole(&[1], &[2])]), None);
        assert_eq!(
            of("Range", &[], &[&whole(&[], &[0]), &whole(&[], &[5]), &whole(&[], &[2])]),
            Some(whole(&[3], &[0, 2, 4]))
        );
        assert_eq!(
            of("Range", &[], &[&whole(&[], &[3]), &whole(&[], &[0]), &whole(&[], &[-2])]),
            Some(whole(&[2], &[3, 1]))
        );
        assert_eq!(of("Erf", &[], &[&pair]), None);
        let equal = of("Equal", &[], &[&whole(&[2], &[-1, 4]), &whole(&[1], &[-1])]).unwrap();
        let found = of("Where", &[], &[&equal, &whole(&[2], &[1, 1]), &whole(&[2], &[-1, 4])]);
        assert_eq!(found, Some(whole(&[2], &[1, 4])));
    }

    #[test]
    fn what_is_too_large_is_not_made() {
        let huge = whole(&[3], &[1 << 20, 1 << 20, 1 << 20]);
        assert_eq!(of("ConstantOfShape", &[], &[&huge]), None);
        assert_eq!(of("Expand", &[], &[&floats(&[1.0]), &huge]), None);
        assert_eq!(of("ConstantOfShape", &[], &[&whole(&[1], &[13])]), None);
        assert_eq!(of("ConstantOfShape", &[], &[&whole(&[1], &[2])]), Some(floats(&[0.0; 2])));
        assert_eq!(of("Range", &[], &[&whole(&[], &[i64::MIN]), &whole(&[], &[i64::MAX]), &whole(&[], &[1])]), None);
        let thirteen = whole(&[13], &[0; 13]);
        assert_eq!(of("Gather", &[], &[&whole(&[1], &[7]), &thirteen]), None);
        assert_eq!(of("Identity", &[], &[&thirteen]), None);
    }
}
