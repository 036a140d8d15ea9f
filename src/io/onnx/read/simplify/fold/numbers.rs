//! What is computed of each number.

use super::Fold;
use crate::io::onnx::proto;
use crate::io::onnx::read::known::{attribute, int};
use crate::io::onnx::read::simplify::array::{Array, Data, common};

impl Fold<'_> {
    pub fn cast(&self) -> Option<Array> {
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

    /// `Where`
    pub fn choice(&self) -> Option<Array> {
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

    pub fn of_two(&self) -> Option<Array> {
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

    pub fn of_one(&self) -> Option<Array> {
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
