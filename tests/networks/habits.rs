//! Methods by names that other frameworks have are the user's own, where there are such.

use congruent::prelude::*;

network! { struct Mine(Dense<2, 2>); }

trait Made {
    fn new() -> Self;
}

impl Made for Mine {
    fn new() -> Mine {
        Mine::zeroed()
    }
}

trait Habits {
    fn train(&mut self) -> u32;
    fn summary(&self) -> u32;
    fn backward(&self) -> u32;
}

impl Habits for Mine {
    fn train(&mut self) -> u32 {
        1
    }
    fn summary(&self) -> u32 {
        2
    }
    fn backward(&self) -> u32 {
        3
    }
}

impl Habits for f32 {
    fn train(&mut self) -> u32 {
        4
    }
    fn summary(&self) -> u32 {
        5
    }
    fn backward(&self) -> u32 {
        6
    }
}

#[test]
fn a_method_of_such_a_name_is_found() {
    let (mut mine, mut number) = (Mine::seeded(1), 1.0_f32);
    assert_eq!([mine.train(), mine.summary(), mine.backward()], [1, 2, 3]);
    assert_eq!([number.train(), number.summary(), number.backward()], [4, 5, 6]);
    assert_eq!(Mine::new().forward(&[1.0, 2.0]), [0.0, 0.0]);
}
