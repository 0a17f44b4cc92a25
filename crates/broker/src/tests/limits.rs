//! Limits that have no other place: topic levels of a PUBLISH, the queue of retained messages.

use super::lab::*;
use alloc::format;

#[test]
fn a_topic_with_too_many_levels_is_refused_and_the_connection_goes_on() {
    let mut config = quiet();
    config.limits.max_topic_levels = 3;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "#", Q0);
    lab.publish(ada, "a/b/c/d", "x", Q1);
    lab.publish(ada, "a/b/c", "x", Q1);
    let expected = [
        "PUBACK #9 TopicNameInvalid",
        "PUBLISH a/b/c=x",
        "PUBACK #9 Success",
    ];
    assert_eq!(lab.take(ada), expected);
}

#[test]
fn retained_messages_for_one_subscription_obey_the_queues_bound() {
    let mut config = quiet();
    config.limits.max_queued = 10;
    config.limits.max_inflight = 5;
    let mut lab = Lab::with(config);
    let ada = lab.client(V311, "ada");
    for n in 0..30 {
        lab.publish_retained(ada, &format!("a/{n}"), "x", Q1);
    }
    lab.take(ada);
    let answer = lab.subscribe(ada, "a/#", Q1);
    assert_eq!(answer.len(), 1 + 5);
    let session = lab.broker.session("ada").unwrap();
    assert_eq!((session.inflight, session.queued), (5, 10));
    assert_eq!(lab.broker.statistics().publish_messages_dropped, 15);
}
