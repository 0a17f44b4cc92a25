//! Same seed, same actions: the same bytes on every hop at the same times.
//!
//! That native and wasm agree is shown in `tests/browser`, which compares with hashes computed natively
//! while it is built.

use crate::scripts;
use core::time::Duration;
use midge_codec::{PacketType, Version};

#[test]
fn the_same_seed_and_actions_give_the_same_trace_and_another_seed_another() {
    let [first, second, third] = scripts::hashes();
    assert_eq!(scripts::world().log().hash(), first);
    assert!(first != second && second != third && first != third);
}

#[test]
fn the_script_is_busy_enough_to_mean_something() {
    let world = scripts::world();
    let log = world.log();
    assert!(log.end() > 1_000, "only {} packets", log.end());
    for packet_type in [
        PacketType::Connect,
        PacketType::Publish,
        PacketType::PubAck,
        PacketType::PubComp,
        PacketType::SubAck,
        PacketType::PingResp,
    ] {
        let seen = log
            .iter_from(0)
            .any(|record| record.packet_type() == Some(packet_type));
        assert!(seen, "no {packet_type}");
    }
    let faults = log.iter_from(0).filter(|record| record.fault.is_some());
    assert_eq!(faults.count(), 0, "our own machines send legal packets");
    assert!(log.iter_from(0).all(|record| {
        matches!(record.version, Version::V311 | Version::V5) && record.packet().is_some()
    }));
}

#[test]
fn a_clone_is_a_checkpoint() {
    let mut world = scripts::world();
    let mut copy = world.clone();
    let later = world.now() + Duration::from_secs(120);
    world.run_until(later);
    copy.run_until(later);
    assert_eq!(world.log().hash(), copy.log().hash());
    assert_eq!(world.broker().statistics(), copy.broker().statistics());
}
