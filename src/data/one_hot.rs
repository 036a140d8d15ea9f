//! A class as a distribution.

/// The distribution that is certain of `class`: 1 there and 0 elsewhere, or `None` where `class` is not below `N`.
///
/// ```
/// # use congruent::data::one_hot;
/// assert_eq!(one_hot(1), Some([0.0, 1.0, 0.0]));
/// assert_eq!(one_hot::<3>(3), None);
/// ```
pub fn one_hot<const N: usize>(class: usize) -> Option<[f32; N]> {
    let mut distribution = [0.0; N];
    *distribution.get_mut(class)? = 1.0;
    Some(distribution)
}
