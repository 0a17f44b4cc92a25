//! One connection of the Workbench: the client's state machine, its transport, and what the user sees.

mod driver;
mod shown;

use super::Surroundings;
use super::messages::Messages;
use super::problem::{Failure, Transport};
use super::profile::config;
use super::subscriptions::Subscriptions;
use crate::output::SocketId;
use midge_client::{Client, Command, Refused, State, SubscribeRequest, Token};
use midge_codec::{ByteString, Message, PropertiesBuf, QoS, Reason};
use midge_session::Instant;
use midge_sim::PortId;
use midge_trace::Tap;
use midge_view::{ConnectionId, Link, Problem, Profile};
use std::collections::BTreeSet;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    id: ConnectionId,
    profile: Profile,
    seed: u64,
    client: Client,
    line: Line,
    /// What the transport saw in this attempt.
    seen: Transport,
    was_connected: bool,
    failure: Option<Failure>,
    subscriptions: Subscriptions,
    messages: Messages,
    /// Publishes without an answer.
    open: BTreeSet<Token>,
    session_present: bool,
    server: Vec<(String, String)>,
}

/// The transport.
#[derive(Debug)]
enum Line {
    Down,
    Port(PortId),
    /// The tap is there once the socket is open.
    Socket(SocketId, Option<Box<Tap>>),
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, profile: Profile, seed: u64) -> Result<Self, Problem> {
        if let Some(will) = &profile.will
            && let Err(why) = midge_codec::topic::validate_name(&will.topic)
        {
            return Err(Problem {
                what: format!(
                    "The will's topic \"{}\" cannot be published to: {why}.",
                    will.topic
                ),
                try_next: vec!["Choose another topic for the will, or send none.".to_owned()],
            });
        }
        Ok(Self {
            id,
            client: Client::new(config(&profile), seed),
            profile,
            seed,
            line: Line::Down,
            seen: Transport::default(),
            was_connected: false,
            failure: None,
            subscriptions: Subscriptions::default(),
            messages: Messages::default(),
            open: BTreeSet::new(),
            session_present: false,
            server: Vec::new(),
        })
    }

    pub(crate) fn is_in_lab(&self) -> bool {
        self.profile.link == Link::Lab
    }

    /// Whether it is connected or tries to be.
    pub(crate) fn is_active(&self) -> bool {
        self.client.state() != State::Idle
    }

    pub(crate) fn socket(&self) -> Option<SocketId> {
        match self.line {
            Line::Socket(socket, _) => Some(socket),
            Line::Down | Line::Port(_) => None,
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        Some(self.client.poll_timeout()?.at)
    }

    /// Virtual time in the lab, wall time elsewhere.
    fn now(&self, around: &Surroundings<'_>) -> Instant {
        if self.is_in_lab() {
            around.lab.world.now()
        } else {
            around.wall
        }
    }
}

/// What the user does.
impl Connection {
    pub(crate) fn connect(&mut self, around: &mut Surroundings<'_>) -> Result<(), Problem> {
        if self.client.state() == State::Waiting {
            // Not to wait for the pause is what the user asks for.
            self.disconnect(around);
        }
        self.command(Command::Connect, around).map(drop)
    }

    pub(crate) fn disconnect(&mut self, around: &mut Surroundings<'_>) {
        let reason = Reason::Success;
        // Refused only when there is nothing to disconnect.
        let _ = self.command(Command::Disconnect { reason }, around);
    }

    pub(crate) fn subscribe(
        &mut self,
        filter: &str,
        qos: QoS,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        midge_codec::topic::validate_filter(filter)
            .map_err(|why| refused(&Refused::InvalidFilter(0, why)))?;
        self.subscriptions.want(filter, qos);
        if self.client.state() == State::Connected {
            self.request(filter, qos, around)?;
            self.pump(around);
        }
        Ok(())
    }

    pub(crate) fn unsubscribe(
        &mut self,
        filter: &str,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        self.subscriptions.give_up(filter);
        if self.client.state() != State::Connected {
            return Ok(());
        }
        let filters = vec![ByteString::from(filter)];
        self.command(Command::Unsubscribe { filters }, around)
            .map(drop)
    }

    pub(crate) fn publish(
        &mut self,
        message: Message,
        around: &mut Surroundings<'_>,
    ) -> Result<(), Problem> {
        let token = self.command_quietly(Command::Publish(message.clone()), around)?;
        self.open.insert(token);
        self.keep(message, true, false, around);
        self.pump(around);
        Ok(())
    }

    pub(crate) fn clear_messages(&mut self) {
        self.messages.clear();
    }

    /// Asks for one filter, and leaves the outputs for later.
    fn request(
        &mut self,
        filter: &str,
        qos: QoS,
        around: &Surroundings<'_>,
    ) -> Result<(), Problem> {
        let request = SubscribeRequest {
            filter: filter.into(),
            options: qos.into(),
        };
        let command = Command::Subscribe {
            filters: vec![request],
            properties: PropertiesBuf::new(),
        };
        match self.command_quietly(command, around) {
            Ok(token) => {
                self.subscriptions.asked(filter, token);
                Ok(())
            }
            Err(problem) => {
                self.subscriptions.refused(filter, problem.what.clone());
                Err(problem)
            }
        }
    }

    fn command(
        &mut self,
        command: Command,
        around: &mut Surroundings<'_>,
    ) -> Result<Token, Problem> {
        let token = self.command_quietly(command, around)?;
        self.pump(around);
        Ok(token)
    }

    /// Leaves the outputs for later, so that the token can be noted before its event comes.
    fn command_quietly(
        &mut self,
        command: Command,
        around: &Surroundings<'_>,
    ) -> Result<Token, Problem> {
        let now = self.now(around);
        self.client
            .command(now, command)
            .map_err(|why| refused(&why))
    }
}

fn refused(why: &Refused) -> Problem {
    Problem {
        what: why.to_string(),
        try_next: Vec::new(),
    }
}
