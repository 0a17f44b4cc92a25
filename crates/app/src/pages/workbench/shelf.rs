//! Which profiles are kept for the next visit, and which of their parts.

use super::draft::{Draft, is_minted};
use serde::{Deserialize, Serialize};

/// Everything of the Workbench that outlives the tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shelf {
    /// The profiles saved by name, in the order of their names.
    pub profiles: Vec<Draft>,
    /// The form of the last connection made, saved or not.
    pub last: Option<Draft>,
}

/// The version of [`Shelf`] as stored.
pub(super) const SHELF_VERSION: u32 = 1;

impl Shelf {
    /// Keeps `draft` under its name, in place of another of that name.
    pub(super) fn save(&mut self, draft: &Draft) {
        let kept = kept(draft);
        self.remove(&kept.name);
        let at = self
            .profiles
            .partition_point(|other| other.name.to_lowercase() <= kept.name.to_lowercase());
        self.profiles.insert(at, kept);
    }

    /// Forgets the profile of that name.
    pub(super) fn remove(&mut self, name: &str) {
        self.profiles.retain(|profile| profile.name != name);
    }

    /// The profile of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Draft> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// Remembers the form of a connection just made.
    pub(super) fn remember(&mut self, draft: &Draft) {
        self.last = Some(kept(draft));
    }
}

/// The form to begin with: what this tab had, or else the last connection of an earlier visit.
///
/// A client id made for a tab is not taken over into another one: two clients of one id would throw
/// each other out.
pub(super) fn begin(tab: Option<Draft>, shelf: &Shelf, minted: String) -> Draft {
    if let Some(draft) = tab {
        return draft;
    }
    let draft = shelf.last.clone().unwrap_or_default();
    with_client_id(draft, minted)
}

/// The profile with a client id of this tab, if it has none of its own.
pub(super) fn with_client_id(mut draft: Draft, minted: String) -> Draft {
    if draft.client_id.is_empty() || is_minted(&draft.client_id) {
        draft.client_id = minted;
    }
    draft
}

/// What may be stored: a password only when the user ticked its box, a client id only when it was
/// chosen by hand.
fn kept(draft: &Draft) -> Draft {
    let mut kept = draft.clone();
    kept.name = kept.name.trim().to_owned();
    if !kept.keep_password {
        kept.password.clear();
    }
    if is_minted(&kept.client_id) {
        kept.client_id.clear();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str) -> Draft {
        Draft {
            name: name.to_owned(),
            client_id: "midge0a1b2c3d".to_owned(),
            password: "secret".to_owned(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_password_is_stored_only_when_its_box_is_ticked() {
        let mut shelf = Shelf::default();
        shelf.save(&draft("a"));
        shelf.remember(&draft("a"));
        let stored = serde_json::to_string(&shelf).unwrap();
        assert!(!stored.contains("secret"));
        let ticked = Draft {
            keep_password: true,
            ..draft("a")
        };
        shelf.save(&ticked);
        assert_eq!(shelf.profiles.len(), 1);
        assert_eq!(shelf.find("a").unwrap().password, "secret");
    }

    #[test]
    fn profiles_stand_in_the_order_of_their_names() {
        let mut shelf = Shelf::default();
        for name in ["kitchen", "Attic", "lab "] {
            shelf.save(&draft(name));
        }
        let names: Vec<_> = shelf
            .profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect();
        assert_eq!(names, ["Attic", "kitchen", "lab"]);
        shelf.remove("kitchen");
        assert!(shelf.find("kitchen").is_none());
    }

    #[test]
    fn a_minted_client_id_stays_in_its_tab() {
        let mut shelf = Shelf::default();
        shelf.remember(&draft(""));
        let fresh = begin(None, &shelf, "midgezzzzzzzz".to_owned());
        assert_eq!(fresh.client_id, "midgezzzzzzzz");
        let same_tab = begin(Some(draft("")), &shelf, "midgezzzzzzzz".to_owned());
        assert_eq!(same_tab, draft(""));
        let by_hand = Draft {
            client_id: "lamp1".to_owned(),
            ..draft("")
        };
        shelf.remember(&by_hand);
        assert_eq!(begin(None, &shelf, "x".to_owned()).client_id, "lamp1");
    }

    #[test]
    fn what_an_older_visit_lacks_is_filled_with_the_usual() {
        let shelf: Shelf =
            serde_json::from_str(r#"{"last":{"url":"ws://a/mqtt","lab":false}}"#).unwrap();
        let last = shelf.last.unwrap();
        assert_eq!(
            (last.url.as_str(), last.keep_alive.as_str()),
            ("ws://a/mqtt", "60")
        );
        assert!(last.clean_start && !last.lab);
    }
}
