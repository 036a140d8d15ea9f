//! Object detection: which objects are in an image, and where.
//!
//! A grid lies over the image, and each of its cells answers for the one object whose centre is in it (Redmon et al.,
//! "You only look once", 2016). The answer is a column of numbers, so that all answers together are what a convolution
//! gives: a tensor `[[[f32; W]; H]; CHANNELS]`, for a grid of `H` rows and `W` columns and `CHANNELS − 5` classes.
//!
//! | channel | network's output, logits `z` | what they mean |
//! | --- | --- | --- |
//! | 0 | objectness | `σ(z)`: how sure it is that there is an object |
//! | 1, 2 | centre | `x = (column + σ(z)) / W`, `y = (row + σ(z)) / H` |
//! | 3, 4 | size | `width = σ(z)`, `height = σ(z)` |
//! | 5 … | classes | softmax |
//!
//! Coordinates are relative to the image: `x` from 0 at the left edge to 1 at the right, `y` from the top down. The offset
//! of the centre by a sigmoid is that of Redmon and Farhadi (2017); the size is one too, which for small objects is an
//! exponential, but never makes one that is larger than the image. There are no anchors: a cell has one answer.
//!
//! | what | does |
//! | --- | --- |
//! | [`BoundingBox`] | area, intersection over union, generalised intersection over union and its derivative |
//! | [`encode`] | makes the target of the true objects of an image |
//! | [`DetectionLoss`] | compares a network's output with a target |
//! | [`decode`] | reads a network's output |
//! | [`suppress`] | leaves one detection of each object |
//!
//! ```
//! use congruent::detection::{BoundingBox, Truth, decode, encode};
//!
//! // two classes on a grid of 4×4 cells
//! let seen = [Truth { bounds: BoundingBox::new(0.4, 0.3, 0.2, 0.2), class: 1 }];
//! let mut target = [[[0.0; 4]; 4]; 7];
//! assert_eq!(encode(&seen, &mut target), 0);
//! assert_eq!(target[0][1], [0.0, 1.0, 0.0, 0.0]);
//!
//! // a network that is sure of class 1 in that cell, and of nothing elsewhere
//! let mut output = [[[-9.0; 4]; 4]; 7];
//! for (channel, logit) in [9.0, 0.4, -1.4, -1.4, -1.4, -9.0, 9.0].into_iter().enumerate() {
//!     output[channel][1][1] = logit;
//! }
//! let found = decode::<8, 4, 4, 7>(&output, 0.5);
//! assert_eq!((found.len(), found[0].class), (1, 1));
//! assert!(found[0].bounds.iou(&seen[0].bounds) > 0.9);
//! ```

mod bounding_box;
mod detections;
mod grid;
mod loss;

pub use bounding_box::BoundingBox;
pub use detections::{Detection, Detections, suppress};
pub use grid::{Truth, decode, encode, truths};
pub use loss::{BoxLoss, DetectionLoss, ObjectnessLoss};
