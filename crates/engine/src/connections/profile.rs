//! A profile as the client's configuration.

use midge_client::{Config, Will};
use midge_codec::Message;
use midge_view::Profile;

/// The largest packet that a page takes from a broker, in bytes: what a tab can show and hold.
pub(crate) const MAXIMUM_PACKET_SIZE: u32 = 16 * 1024 * 1024;

/// The configuration that the profile asks for.
pub(crate) fn config(profile: &Profile) -> Config {
    Config {
        version: profile.version,
        client_id: profile.client_id.as_str().into(),
        clean_start: profile.clean_start,
        keep_alive: profile.keep_alive,
        user_name: profile.user_name.as_deref().map(Into::into),
        password: profile.password.clone().map(Into::into),
        will: profile.will.as_ref().map(|will| Will {
            message: Message::new(
                will.topic.as_str(),
                will.payload.clone(),
                will.qos,
                will.retain,
            ),
            delay: will.delay,
        }),
        session_expiry: profile.session_expiry,
        maximum_packet_size: MAXIMUM_PACKET_SIZE,
        ..Config::default()
    }
}
