//! What people do.

use crate::{ConnectionId, JobId, PacketFilter, Profile, QoS, Work};
use serde::{Deserialize, Serialize};

/// Something to do; refused with a [`Problem`] in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// A deed in the lab's world.
    World(midge_sim::Action),
    /// Stop or start the lab's clock.
    Pause(bool),
    /// How many virtual seconds pass in a second: 1, 10 or 60.
    Speed(u32),
    /// Run a paused lab until the next packet.
    Step,
    /// Begin the lab again with this seed.
    Restart {
        /// The seed.
        seed: u64,
    },
    /// Open a connection of the Workbench; answered by [`Outcome::Connection`].
    Connect(Box<Profile>),
    /// Send DISCONNECT; the connection stays in the list and can be opened again.
    Disconnect(ConnectionId),
    /// Connect a listed connection again.
    Reconnect(ConnectionId),
    /// Disconnect and remove from the list.
    Remove(ConnectionId),
    /// Subscribe.
    Subscribe {
        /// Who.
        connection: ConnectionId,
        /// Topic filter.
        filter: String,
        /// Maximum QoS.
        qos: QoS,
    },
    /// Unsubscribe.
    Unsubscribe {
        /// Who.
        connection: ConnectionId,
        /// Topic filter.
        filter: String,
    },
    /// Publish.
    Publish {
        /// Who.
        connection: ConnectionId,
        /// Topic name.
        topic: String,
        /// Bytes.
        #[serde(with = "serde_bytes")]
        payload: Vec<u8>,
        /// QoS.
        qos: QoS,
        /// RETAIN.
        retain: bool,
    },
    /// Forget a connection's messages shown so far.
    ClearMessages(ConnectionId),
    /// Begin or continue a lesson.
    StartLesson(String),
    /// Put a lesson's progress back to nothing.
    ResetLesson(String),
    /// Leave the lesson; its progress stays.
    LeaveLesson,
    /// Hand over what an earlier visit stored: a versioned text that [`crate::CourseAnswer`] gave.
    RestoreProgress(String),
    /// How much the log keeps; what is beyond goes at once, oldest first.
    BoundLog {
        /// Packets, at most.
        packets: u32,
        /// MiB of their bytes, at most.
        mebibytes: u32,
    },
    /// Drop every packet of the log and begin to count anew.
    ClearPackets,
    /// Undo the last [`Action::ClearPackets`].
    RestorePackets,
    /// Begin to write a capture of the packets that count; answered by [`Outcome::Job`].
    Export(PacketFilter),
    /// Begin to read a pcapng or pcap file into the log; answered by [`Outcome::Job`].
    Import {
        /// The file's name.
        name: String,
        /// Its size in bytes.
        size: u64,
    },
    /// The next bytes of the file that a job reads; answered by [`Outcome::Work`].
    Feed {
        /// Which job.
        job: JobId,
        /// The bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Do the next piece of a job; answered by [`Outcome::Work`].
    Work(JobId),
    /// Give a job up.
    Abandon(JobId),
}

/// What an action made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done, nothing to tell.
    Done,
    /// A new connection.
    Connection(ConnectionId),
    /// The number of the packet at which a step stopped.
    Packet(u64),
    /// A job that begins.
    Job(JobId),
    /// A piece of a job.
    Work(Work),
}

/// Why something was not done or went wrong, for the person who meets it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What happened, where: one sentence.
    pub what: String,
    /// What to try: sentences, most likely first.
    pub try_next: Vec<String>,
}
