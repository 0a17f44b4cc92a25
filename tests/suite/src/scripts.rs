//! Scripts whose trace must be the same on every machine: run natively and in the browser.

use bytes::Bytes;
use midge_codec::{PacketType, QoS};
use midge_session::Instant;
use midge_sim::{
    Action, Command, Deed, DeviceId, LinkFault, Publication, RoomId, World, trace_hash,
};

/// The seeds whose hashes are compared.
pub const SEEDS: [u64; 3] = [0, 1, 0xDEAD_BEEF_CAFE_F00D];

/// Ten virtual minutes in which people, plugs and links do all that they can. An action that does not
/// fit its device is refused, which has to be the same everywhere as well.
pub fn busy() -> (Vec<Deed>, Instant) {
    let mut deeds = Vec::new();
    let mut second = 5;
    let mut at = |action: Action| {
        second += 3;
        deeds.push(Deed {
            at: Instant::from_secs(second),
            action,
        });
    };
    for round in 0..4_u32 {
        for number in 0..12 {
            let device = DeviceId(number);
            at(Action::Command {
                device,
                command: Command::Dim((number * 7 + round * 20) as u8),
            });
            match (number + round) % 6 {
                0 => at(Action::Press { device }),
                1 => at(Action::Link {
                    device,
                    fault: LinkFault::CutAfter(PacketType::Publish),
                }),
                2 => at(Action::Power { device, on: false }),
                3 => at(Action::Power { device, on: true }),
                4 => at(Action::Link {
                    device,
                    fault: LinkFault::Stall,
                }),
                _ => at(Action::Link {
                    device,
                    fault: LinkFault::Resume,
                }),
            }
            if number == 0 {
                at(Action::Subscribe {
                    device,
                    filter: "home/#".into(),
                    qos: QoS::ExactlyOnce,
                });
            }
            at(Action::Publish {
                device,
                publication: Publication {
                    topic: format!("notes/{number}").into(),
                    payload: Bytes::from(vec![number as u8; 40]),
                    qos: QoS::ALL[(number as usize + round as usize) % 3],
                    retain: round == 1,
                },
            });
        }
        let room = RoomId(round);
        at(Action::Walk { room });
        at(Action::Window { room, open: true });
        at(Action::Heat { room, on: true });
    }
    let end = Instant::from_secs(second + 30);
    (deeds, end)
}

/// The hash of the trace of [`busy`] for each of [`SEEDS`].
pub fn hashes() -> [u64; 3] {
    let (deeds, until) = busy();
    SEEDS.map(|seed| trace_hash(seed, &deeds, until))
}

/// The world of [`busy`] under the first seed at its end.
pub fn world() -> World {
    let (deeds, until) = busy();
    midge_sim::play(midge_sim::Scenario::house(SEEDS[0]), &deeds, until)
}
