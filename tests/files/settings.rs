//! Settings and histories by serde: what is written is what is read, and what cannot be is refused.

use congruent::history::{Epoch, History};
use congruent::optimizer::Momentum;
use congruent::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// What is read of what is written, and that written once more.
fn there_and_back<T: Serialize + DeserializeOwned>(value: &T) -> String {
    let written = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), written);
    written
}

#[test]
fn settings_are_written_and_read() {
    assert_eq!(there_and_back(&Sgd::new(0.5)), r#"{"learning_rate":0.5,"weight_decay":0.0,"momentum":null}"#);
    there_and_back(&Sgd::new(0.5).momentum(0.75).nesterov());
    there_and_back(&Adam::new(0.25).betas(0.5, 0.75));
    there_and_back(&AdamW::new(0.25));
    there_and_back(&RmsProp::new(0.25));
    let schedules = [Schedule::constant(), Schedule::step(10, 0.5), Schedule::exponential(0.5), Schedule::cosine(9)];
    schedules.iter().for_each(|schedule| _ = there_and_back(&schedule.warm_up(3)));
    let read: Schedule = serde_json::from_str(&there_and_back(&Schedule::cosine(100).warm_up(4))).unwrap();
    assert_eq!(read, Schedule::cosine(100).warm_up(4));
}

#[test]
fn settings_that_cannot_be_are_refused() {
    fn refused<T: DeserializeOwned>(json: &str, reason: &str) {
        let error = serde_json::from_str::<T>(json).err().expect("an error").to_string();
        assert!(error.contains(reason), "{error}");
    }
    refused::<Sgd>(
        r#"{"learning_rate":-1.0,"weight_decay":0.0,"momentum":null}"#,
        "a learning rate is finite and not negative, not -1",
    );
    refused::<Sgd<Momentum>>(
        r#"{"learning_rate":1.0,"weight_decay":0.0,"momentum":{"factor":1.0,"nesterov":false}}"#,
        "momentum, beta and alpha are at least 0 and less than 1, not 1",
    );
    refused::<Adam>(
        r#"{"learning_rate":1.0,"beta1":0.9,"beta2":0.9,"epsilon":0.0,"weight_decay":0.0}"#,
        "an epsilon is finite and above 0, not 0",
    );
    refused::<Schedule>(r#"{"course":{"Cosine":{"steps":0}},"warm_up":0}"#, "a cosine has 1 step or more, not 0");
}

#[test]
fn a_history_is_read_as_it_was() {
    let mut epoch = Epoch::default();
    (epoch.epoch, epoch.loss, epoch.validation_loss) = (1, 0.1, Some(0.3));
    epoch.metrics = vec![("accuracy".into(), 0.75)];
    let mut history = History::default();
    history.epochs = vec![epoch.clone(), epoch];
    let read: History = serde_json::from_str(&there_and_back(&history)).unwrap();
    assert_eq!(read, history);
}
