//! Every topic that was seen, of the lab and of each live connection, in the order of their levels.

mod tree;

use midge_broker::Broker;
use midge_codec::{ByteString, topic};
use midge_view::{TopicQuery, TopicRow, TopicSource, TopicsAnswer};
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use tree::Built;

/// Topics kept of one broker; of further ones it is counted that they are left out.
const TOPICS_MAX: usize = 10_000;
/// Packets remembered of one topic.
const PACKETS_MAX: usize = 16;
/// Connections whose topics are kept.
const CONNECTIONS_MAX: usize = 64;
/// Rows of one answer.
const ROWS_MAX: u32 = 500;

/// The topics of section 4.7 of the standard.
const OF_THE_STANDARD: [&str; 12] = [
    "sport",
    "sport/",
    "sport/tennis/player1",
    "sport/tennis/player1/ranking",
    "sport/tennis/player1/score/wimbledon",
    "sport/tennis/player2",
    "sport/tennis/player2/ranking",
    "/finance",
    "ACCOUNTS",
    "Accounts",
    "Accounts payable",
    "$SYS/monitor/Clients",
];

/// The topics of the lab and of live connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topics {
    lab: Names,
    live: BTreeMap<String, Names>,
    /// Filled when it is asked for.
    standard: Names,
}

/// The topics of one broker.
#[derive(Clone, Debug, Default)]
struct Names {
    seen: BTreeMap<Name, Seen>,
    left_out: u64,
    /// Counts what was added, so that a tree that was built is known to be old.
    version: u64,
    built: Option<Built>,
}

/// What is known of one topic.
#[derive(Clone, Debug, Default)]
struct Seen {
    packets: u64,
    /// The numbers of the newest.
    newest: VecDeque<u64>,
}

/// A topic name, ordered by its levels; those with `$` come last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name(ByteString);

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let is_own = |name: &Self| name.0.starts_with('$');
        is_own(self)
            .cmp(&is_own(other))
            .then_with(|| self.0.split('/').cmp(other.0.split('/')))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Topics {
    /// A PUBLISH passed, in the lab or on the live connection of this name.
    pub(crate) fn passed(&mut self, seq: u64, live: Option<&str>, topic: &str) {
        // A name that stands for an alias nobody has told is no topic.
        if topic.is_empty() {
            return;
        }
        let names = match live {
            None => &mut self.lab,
            Some(name) => {
                if !self.live.contains_key(name) && self.live.len() == CONNECTIONS_MAX {
                    self.live.pop_first();
                }
                self.live.entry(name.to_owned()).or_default()
            }
        };
        if let Some(seen) = names.entry(topic) {
            seen.packets += 1;
            if seen.newest.len() == PACKETS_MAX {
                seen.newest.pop_front();
            }
            seen.newest.push_back(seq);
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The newest packets of a topic of the lab, newest first.
    pub(crate) fn packets(&self, topic: &str) -> impl Iterator<Item = u64> {
        let seen = self.lab.seen.get(&Name(topic.into()));
        seen.into_iter()
            .flat_map(|seen| seen.newest.iter().rev().copied())
    }

    /// A page of the tree. Topics of the lab's retained messages are part of it, also when nobody has
    /// sent them yet.
    pub(crate) fn answer(&mut self, broker: &Broker, query: &TopicQuery) -> TopicsAnswer {
        let connections: Vec<String> = self.live.keys().cloned().collect();
        let names = match &query.source {
            TopicSource::Lab => {
                for retained in broker.retained("") {
                    self.lab.entry(&retained.message.topic);
                }
                Some(&mut self.lab)
            }
            TopicSource::Connection(name) => self.live.get_mut(name),
            TopicSource::Standard => {
                for topic in OF_THE_STANDARD {
                    self.standard.entry(topic);
                }
                Some(&mut self.standard)
            }
        };
        let Some(names) = names else {
            return TopicsAnswer {
                connections,
                ..TopicsAnswer::default()
            };
        };
        let is_retained = |topic: &str| {
            query.source == TopicSource::Lab && broker.retained_message(topic).is_some()
        };
        TopicsAnswer {
            connections,
            ..names.answer(query, is_retained)
        }
    }
}

impl Names {
    /// What is known of a topic; `None` when there are too many.
    fn entry(&mut self, topic: &str) -> Option<&mut Seen> {
        let name = Name(topic.into());
        if !self.seen.contains_key(&name) {
            if self.seen.len() == TOPICS_MAX {
                self.left_out += 1;
                return None;
            }
            self.version += 1;
        }
        Some(self.seen.entry(name).or_default())
    }

    fn answer(&mut self, query: &TopicQuery, is_retained: impl Fn(&str) -> bool) -> TopicsAnswer {
        let filter = query.filter.trim();
        let problem = match filter {
            "" => None,
            filter => topic::validate_filter(filter).err(),
        };
        let share = match problem {
            None => topic::split_shared(filter),
            Some(_) => None,
        };
        let tried = match (filter, problem, share) {
            ("", ..) | (_, Some(_), _) => None,
            (_, None, Some((_, shared))) => Some(shared),
            (filter, None, None) => Some(filter),
        };
        let is_old = |built: &Built| !built.is_of(self.version, tried);
        if self.built.as_ref().is_none_or(is_old) {
            let topics = self.seen.keys().map(|name| &name.0);
            self.built = Some(Built::new(self.version, tried, topics));
        }
        let built = self.built.as_ref().expect("it was just built");
        let (first, count) = (query.rows.0, query.rows.1.min(ROWS_MAX));
        let shown = built.rows(&query.closed, first, count);
        let rows = shown.rows.into_iter().map(|row| {
            let seen = row
                .packets
                .and_then(|_| self.seen.get(&Name(row.path.as_str().into())));
            TopicRow {
                packets: row.packets.map(|_| seen.map_or(0, |seen| seen.packets)),
                retained: row.packets.is_some() && is_retained(&row.path),
                ..row
            }
        });
        TopicsAnswer {
            connections: Vec::new(),
            problem: problem.map(|why| why.to_string()),
            share: share.map(|(group, filter)| (group.to_owned(), filter.to_owned())),
            topics: built.topics(),
            matched: built.matched(),
            left_out: self.left_out,
            all_rows: shown.all,
            first,
            rows: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_session::Instant;
    use midge_view::TopicVerdict;

    fn broker() -> Broker {
        let config = midge_broker::Config {
            sys_interval: None,
            ..midge_broker::Config::default()
        };
        Broker::new(config, 1, Instant::ZERO)
    }

    fn of(topics: &[&str]) -> Topics {
        let mut all = Topics::default();
        for (seq, topic) in (0..).zip(topics) {
            all.passed(seq, None, topic);
        }
        all
    }

    fn tried(topics: &mut Topics, filter: &str) -> TopicsAnswer {
        let query = TopicQuery {
            filter: filter.to_owned(),
            rows: (0, 100),
            ..TopicQuery::default()
        };
        topics.answer(&broker(), &query)
    }

    fn verdict<'a>(answer: &'a TopicsAnswer, path: &str) -> &'a TopicVerdict {
        let row = answer.rows.iter().find(|row| row.path == path);
        row.expect(path)
            .verdict
            .as_ref()
            .expect("a filter is tried")
    }

    #[test]
    fn the_level_that_decides_is_marked_and_those_below_are_not() {
        let mut topics = of(&[
            "home/kitchen/light",
            "home/kitchen/light/set",
            "home/kitchen/heater",
            "home",
            "garden/light",
            "$SYS/broker/uptime",
        ]);
        let answer = tried(&mut topics, "home/+/light");
        assert_eq!((answer.matched, answer.topics), (1, 6));
        let of = |path: &str| verdict(&answer, path).clone();
        assert_eq!(of("home/kitchen/light"), TopicVerdict::Match);
        assert_eq!(of("home/kitchen"), TopicVerdict::OnTheWay);
        assert!(matches!(
            of("home/kitchen/heater"),
            TopicVerdict::Decides(_)
        ));
        assert!(matches!(
            of("home/kitchen/light/set"),
            TopicVerdict::Decides(_)
        ));
        assert!(matches!(of("home"), TopicVerdict::Decides(words) if words.contains("ends here")));
        assert!(matches!(of("garden"), TopicVerdict::Decides(_)));
        assert_eq!(of("garden/light"), TopicVerdict::Decided);
        assert!(matches!(of("$SYS"), TopicVerdict::Decides(_)));
        let all = tried(&mut topics, "#");
        assert_eq!((all.matched, all.topics), (5, 6));
        assert!(
            matches!(verdict(&all, "$SYS"), TopicVerdict::Decides(words) if words.contains('$'))
        );
        assert_eq!(all.rows.last().unwrap().path, "$SYS/broker/uptime");
    }

    #[test]
    fn branches_close_and_rows_are_asked_for_by_place() {
        let mut topics = of(&["a/b/c", "a/b/d", "a/e", "f"]);
        let mut query = TopicQuery {
            rows: (0, 100),
            ..TopicQuery::default()
        };
        let paths = |answer: &TopicsAnswer| -> Vec<String> {
            answer.rows.iter().map(|row| row.path.clone()).collect()
        };
        let all = topics.answer(&broker(), &query);
        assert_eq!(paths(&all), ["a", "a/b", "a/b/c", "a/b/d", "a/e", "f"]);
        assert_eq!(all.rows[1].position, (1, 2));
        assert_eq!((all.rows[0].topics, all.rows[0].packets), (3, None));
        query.closed = vec!["a/b".to_owned()];
        query.rows = (1, 2);
        let some = topics.answer(&broker(), &query);
        assert_eq!(
            (paths(&some), some.all_rows),
            (vec!["a/b".to_owned(), "a/e".to_owned()], 4)
        );
        assert_eq!(some.rows[0].open, Some(false));
    }

    #[test]
    fn a_wrong_filter_is_told_and_a_shared_one_is_compared_without_its_share() {
        let mut topics = of(&["a/b"]);
        let wrong = tried(&mut topics, "a/b#");
        assert!(wrong.problem.is_some() && wrong.rows[0].verdict.is_none());
        let shared = tried(&mut topics, "$share/g/a/+");
        assert_eq!(shared.share, Some(("g".to_owned(), "a/+".to_owned())));
        assert_eq!(shared.matched, 1);
        assert_eq!(tried(&mut topics, "").matched, 0);
    }

    #[test]
    fn topics_of_a_connection_stand_apart_and_too_many_are_counted() {
        let mut topics = of(&["a"]);
        topics.passed(7, Some("mine"), "b");
        let query = TopicQuery {
            source: TopicSource::Connection("mine".to_owned()),
            rows: (0, 9),
            ..TopicQuery::default()
        };
        let answer = topics.answer(&broker(), &query);
        assert_eq!(
            (answer.connections[0].as_str(), answer.rows.len()),
            ("mine", 1)
        );
        for number in 0..TOPICS_MAX {
            topics.passed(0, None, &number.to_string());
        }
        assert_eq!(tried(&mut topics, "").left_out, 1);
        assert_eq!(topics.packets("a").collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn the_bench_and_compare_agree_about_random_topics() {
        // Not a second implementation: only that counting and marking lose nothing.
        let levels = ["", "a", "b", "$x"];
        let mut names = Vec::new();
        for one in levels {
            for two in levels {
                names.push(format!("{one}/{two}"));
                names.extend(levels.map(|three| format!("{one}/{two}/{three}")));
            }
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut topics = of(&names);
        for filter in ["+/a", "a/#", "#", "$x/+/b", "/+", "+/+/+", "a/b/$x"] {
            let answer = tried(&mut topics, filter);
            let matching = names.iter().filter(|name| topic::matches(filter, name));
            assert_eq!(answer.matched as usize, matching.count(), "{filter}");
            for row in answer.rows.iter().filter(|row| row.packets.is_some()) {
                let is_match = row.verdict == Some(TopicVerdict::Match);
                assert_eq!(
                    is_match,
                    topic::matches(filter, &row.path),
                    "{filter} {}",
                    row.path
                );
            }
        }
    }
}
