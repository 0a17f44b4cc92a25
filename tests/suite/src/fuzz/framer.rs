//! A byte stream in any chunking.

use super::feed::Feed;
use bytes::Bytes;
use midge_codec::{DecodeError, Framer};

/// The frames of a stream and the error that ends it do not depend on how it was cut into chunks, frames are whole, and
/// what is held is what no frame has taken.
pub fn framer(input: &[u8]) {
    let mut feed = Feed::new(input);
    let limit = feed.number();
    let cuts = feed.bytes(16);
    let stream = Bytes::copy_from_slice(feed.rest());
    let whole = frames(&stream, &[], limit);
    let chunked = frames(&stream, cuts, limit);
    assert_eq!(whole, chunked);
    let (frames, _) = whole;
    let joined: Vec<u8> = frames.concat();
    assert_eq!(joined, stream[..joined.len()], "nothing is lost or changed");
    for frame in frames {
        assert!(frame.len() <= limit as usize);
    }
}

fn frames(stream: &Bytes, cuts: &[u8], limit: u32) -> (Vec<Bytes>, Option<DecodeError>) {
    let mut framer = Framer::new(limit);
    let mut frames = Vec::new();
    let mut rest = stream.clone();
    let mut cuts = cuts.iter().cycle();
    let mut held = 0;
    while !rest.is_empty() {
        let length = cuts
            .next()
            .map_or(rest.len(), |&cut| 1 + usize::from(cut) % rest.len());
        framer.push(rest.split_to(length));
        held += length;
        loop {
            match framer.next_frame() {
                Ok(Some(frame)) => {
                    held -= frame.len();
                    frames.push(frame);
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(framer.next_frame(), Err(error), "an error stays");
                    assert_eq!(framer.buffered(), 0);
                    return (frames, Some(error));
                }
            }
        }
        assert_eq!(framer.buffered(), held);
    }
    (frames, None)
}
