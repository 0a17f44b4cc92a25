//! Frames of both versions, any bytes.

use super::feed::Feed;
use midge_codec::{Version, explain};

/// The decoder and what explains its frames agree on any bytes; what was decoded is encoded to a packet that decodes to
/// the same; every bit of the frame belongs to one field.
pub fn decode(input: &[u8]) {
    let mut feed = Feed::new(input);
    let version = feed.pick(&[Version::V311, Version::V5]);
    let frame = feed.rest();
    let decoded = midge_codec::decode(frame, version);
    let explained = explain(frame, version);
    assert_eq!(explained.error, decoded.err());
    let mut end = 0;
    for span in explained.spans.iter().filter(|span| !span.group) {
        assert_eq!(span.start, end, "{span:?}");
        end += span.length;
    }
    assert_eq!(end as usize, frame.len() * 8);
    let Ok(packet) = decoded else { return };
    // CONNECT carries its own version.
    let mut again = Vec::new();
    midge_codec::encode(&packet, version, &mut again).expect("what was decoded is legal");
    assert!(
        again.len() <= frame.len(),
        "there is no shorter way to write it"
    );
    assert_eq!(midge_codec::decode(&again, version), Ok(packet));
    let length = midge_codec::encoded_len(&packet, version);
    assert_eq!(length, Ok(again.len()));
    // In words for the packet list.
    let _ = packet.to_string();
}
