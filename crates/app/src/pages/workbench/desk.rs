//! What is typed in the Workbench's forms: it survives other pages and reloads of this tab.

use super::draft::{Draft, is_minted};
use super::shelf::{SHELF_VERSION, Shelf};
use crate::store::{Area, Kept};
use midge_payload::{Fault, Kind};
use midge_view::{ConnectionId, ConnectionRow, QoS};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The forms of this tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Desk {
    /// The form of the next connection; `None` until the page was open once.
    pub next: Option<Draft>,
    /// The forms of connections, by their ids.
    pub drafts: BTreeMap<u32, Draft>,
    /// What those connections were opened with.
    pub opened: BTreeMap<u32, Draft>,
    /// The connection that is shown, if it is still there.
    pub open: Option<u32>,
    /// The form "Subscribe".
    pub subscription: SubscriptionDraft,
    /// The form "Publish".
    pub publication: PublicationDraft,
}

impl Kept for Desk {
    const KEY: &'static str = "workbench-desk";
    const VERSION: u32 = 1;
    const AREA: Area = Area::Session;
}

impl Kept for Shelf {
    const KEY: &'static str = "workbench-profiles";
    const VERSION: u32 = SHELF_VERSION;
}

/// The form "Subscribe".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SubscriptionDraft {
    /// Topic filter.
    pub filter: String,
    /// QoS asked for.
    pub qos: QoS,
}

impl SubscriptionDraft {
    /// The broker has answered for `filter`: what was typed since stays.
    pub(super) fn answered(&mut self, filter: &str) {
        if self.filter == filter {
            self.filter.clear();
        }
    }
}

/// The form "Publish".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PublicationDraft {
    /// Topic name.
    pub topic: String,
    /// The payload as typed.
    pub payload: String,
    /// What the typed text means.
    pub kind: Kind,
    /// QoS.
    pub qos: QoS,
    /// RETAIN.
    pub retain: bool,
}

impl Default for PublicationDraft {
    fn default() -> Self {
        Self {
            topic: String::new(),
            payload: String::new(),
            kind: Kind::Text,
            qos: QoS::default(),
            retain: false,
        }
    }
}

impl PublicationDraft {
    /// The bytes to publish.
    ///
    /// # Errors
    /// Where what was typed is not of the kind it should be.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Fault> {
        if self.payload.is_empty() {
            return Ok(Vec::new());
        }
        self.kind.parse(&self.payload)
    }

    /// The fault of what was typed, in words with its place.
    pub(super) fn fault(&self) -> Option<String> {
        let fault = self.bytes().err()?;
        let (line, column) = fault.line_and_column(&self.payload);
        Some(format!("Line {line}, column {column}: {}.", fault.what))
    }
}

impl Desk {
    /// The connection that is shown: the one chosen last, while it is there.
    pub(super) fn shown(&self, connections: &[ConnectionRow]) -> Option<ConnectionId> {
        let open = ConnectionId(self.open?);
        connections.iter().any(|row| row.id == open).then_some(open)
    }

    /// The form beside a connection, or that of the next one.
    pub(super) fn draft(&self, connection: Option<ConnectionId>) -> Option<&Draft> {
        match connection {
            Some(id) => self.drafts.get(&id.0),
            None => self.next.as_ref(),
        }
    }

    /// Changes that form.
    pub(super) fn set_draft(&mut self, connection: Option<ConnectionId>, draft: Draft) {
        match connection {
            Some(id) => {
                self.drafts.insert(id.0, draft);
            }
            None => self.next = Some(draft),
        }
    }

    /// Whether the form beside a connection is what the connection was opened with.
    pub(super) fn is_unchanged(&self, connection: ConnectionId) -> bool {
        self.drafts.get(&connection.0) == self.opened.get(&connection.0)
    }

    /// Shows a connection that was just opened with `draft`; `connections` are those there before.
    pub(super) fn opened(
        &mut self,
        id: ConnectionId,
        draft: &Draft,
        connections: &[ConnectionRow],
    ) {
        let is_there = |key: &u32| connections.iter().any(|row| row.id.0 == *key);
        self.drafts.retain(|key, _| is_there(key));
        self.opened.retain(|key, _| is_there(key));
        self.drafts.insert(id.0, draft.clone());
        self.opened.insert(id.0, draft.clone());
        self.next = Some(draft.clone());
        self.open = Some(id.0);
    }

    /// Shows the form of the next connection. Its client id must not be that of a connection at work:
    /// the broker would close the older one.
    pub(super) fn begin_next(&mut self, minted: String) {
        self.open = None;
        if let Some(next) = &mut self.next
            && is_minted(&next.client_id)
            && self
                .opened
                .values()
                .any(|draft| draft.client_id == next.client_id)
        {
            next.client_id = minted;
            next.name.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::ConnectionState;

    fn row(id: u32) -> ConnectionRow {
        ConnectionRow {
            id: ConnectionId(id),
            name: String::new(),
            state: ConnectionState::On,
            words: String::new(),
        }
    }

    #[test]
    fn an_answer_clears_the_filter_it_is_for_and_no_other() {
        let mut draft = SubscriptionDraft {
            filter: "home/hall/#".to_owned(),
            qos: QoS::AtLeastOnce,
        };
        draft.answered("home/+/light");
        assert_eq!(draft.filter, "home/hall/#");
        draft.answered("home/hall/#");
        assert_eq!((draft.filter.as_str(), draft.qos), ("", QoS::AtLeastOnce));
    }

    fn draft(client_id: &str) -> Draft {
        Draft {
            client_id: client_id.to_owned(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_connection_that_is_gone_is_not_shown() {
        let mut desk = Desk::default();
        desk.opened(ConnectionId(3), &draft("a"), &[]);
        assert_eq!(desk.shown(&[row(3)]), Some(ConnectionId(3)));
        assert_eq!(desk.shown(&[row(4)]), None);
        assert_eq!(desk.shown(&[]), None);
        // The form is still what it was.
        assert_eq!(desk.draft(None), Some(&draft("a")));
    }

    #[test]
    fn forms_of_connections_that_are_gone_are_forgotten() {
        let mut desk = Desk::default();
        desk.opened(ConnectionId(1), &draft("a"), &[]);
        desk.opened(ConnectionId(2), &draft("b"), &[row(1)]);
        assert_eq!(desk.drafts.len(), 2);
        desk.opened(ConnectionId(3), &draft("c"), &[row(2)]);
        assert_eq!(desk.drafts.keys().copied().collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_changed_form_is_told_from_the_one_the_connection_was_opened_with() {
        let mut desk = Desk::default();
        let id = ConnectionId(1);
        desk.opened(id, &draft("a"), &[]);
        assert!(desk.is_unchanged(id));
        desk.set_draft(Some(id), draft("b"));
        assert!(!desk.is_unchanged(id));
    }

    #[test]
    fn the_next_connection_does_not_throw_the_first_one_out() {
        let mut desk = Desk::default();
        desk.opened(ConnectionId(1), &draft("midge00000000"), &[]);
        desk.begin_next("midge11111111".to_owned());
        assert_eq!(desk.draft(None).unwrap().client_id, "midge11111111");
        // A client id chosen by hand is the user's own affair.
        desk.opened(ConnectionId(2), &draft("lamp"), &[row(1)]);
        desk.begin_next("midge22222222".to_owned());
        assert_eq!(desk.draft(None).unwrap().client_id, "lamp");
    }

    #[test]
    fn a_payload_is_what_its_kind_says() {
        let mut publication = PublicationDraft {
            payload: "00 ff".to_owned(),
            ..PublicationDraft::default()
        };
        assert_eq!(publication.bytes().unwrap(), b"00 ff");
        publication.kind = Kind::Hex;
        assert_eq!(publication.bytes().unwrap(), [0, 255]);
        publication.payload = "00\nfx".to_owned();
        assert!(
            publication
                .fault()
                .unwrap()
                .starts_with("Line 2, column 2: ")
        );
        publication.payload.clear();
        for kind in Kind::ALL {
            publication.kind = kind;
            assert_eq!(publication.bytes().unwrap(), b"");
        }
    }
}
