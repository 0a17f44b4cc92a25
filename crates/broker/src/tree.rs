//! A tree of topic levels: it finds filters for a name, and names for a filter, without looking at the rest.
//!
//! Filters are stored with `+` and `#` as levels like any other. [`Tree::visit_filters`] and
//! [`Tree::names`] follow the rules that [`midge_codec::topic::compare`] states for one pair; a
//! property test holds the two together. Nodes live in one vector, so that neither the depth of a
//! hostile topic nor a clone costs stack.

use alloc::{
    collections::{BTreeMap, btree_map},
    string::String,
    sync::Arc,
    vec,
    vec::Vec,
};
use core::ops::Bound;

const ROOT: usize = 0;

/// Values stored at topic names or topic filters.
#[derive(Clone, Debug)]
pub(crate) struct Tree<T> {
    nodes: Vec<Node<T>>,
    /// Nodes that can be used again.
    free: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Node<T> {
    parent: usize,
    level: Arc<str>,
    children: BTreeMap<Arc<str>, usize>,
    value: Option<T>,
}

impl<T> Tree<T> {
    /// A tree without values.
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::new(ROOT, Arc::from(""))],
            free: Vec::new(),
        }
    }

    /// The value at exactly this path, wildcards taken literally.
    pub(crate) fn find(&self, path: &str) -> Option<&T> {
        self.nodes[self.node(path)?].value.as_ref()
    }

    /// The value at exactly this path, to change it.
    pub(crate) fn find_mut(&mut self, path: &str) -> Option<&mut T> {
        let node = self.node(path)?;
        self.nodes[node].value.as_mut()
    }

    /// The value at this path, made if there was none.
    pub(crate) fn entry(&mut self, path: &str) -> &mut T
    where
        T: Default,
    {
        let mut node = ROOT;
        for level in path.split('/') {
            node = match self.nodes[node].children.get(level) {
                Some(&child) => child,
                None => self.add_child(node, level),
            };
        }
        self.nodes[node].value.get_or_insert_default()
    }

    /// Takes the value at this path out, with every level that nothing else needs.
    pub(crate) fn remove(&mut self, path: &str) -> Option<T> {
        let mut node = self.node(path)?;
        let value = self.nodes[node].value.take();
        while node != ROOT
            && self.nodes[node].value.is_none()
            && self.nodes[node].children.is_empty()
        {
            let parent = self.nodes[node].parent;
            let level = Arc::clone(&self.nodes[node].level);
            self.nodes[parent].children.remove(&level);
            self.free.push(node);
            node = parent;
        }
        value
    }

    /// Visits the values of all filters that match `name`.
    pub(crate) fn visit_filters<'t>(&'t self, name: &str, mut visit: impl FnMut(&'t T)) {
        self.visit_filter_nodes(name, |node| {
            self.nodes[node].value.as_ref().map(&mut visit);
        });
    }

    /// Visits the values of all filters that match `name`, to change them.
    pub(crate) fn visit_filters_mut(&mut self, name: &str, mut visit: impl FnMut(&mut T)) {
        let mut found = Vec::new();
        self.visit_filter_nodes(name, |node| found.push(node));
        for node in found {
            self.nodes[node].value.as_mut().map(&mut visit);
        }
    }

    fn visit_filter_nodes(&self, name: &str, mut visit: impl FnMut(usize)) {
        // Wildcards in the first level do not match a name that starts with `$` [MQTT-4.7.2-1].
        let dollar = name.starts_with('$');
        let mut open = vec![(ROOT, Some(name))];
        while let Some((index, rest)) = open.pop() {
            let node = &self.nodes[index];
            let wildcards = index != ROOT || !dollar;
            if wildcards && let Some(&hash) = node.children.get("#") {
                visit(hash);
            }
            let Some(rest) = rest else {
                visit(index);
                continue;
            };
            let (level, rest) = split_level(rest);
            if wildcards && let Some(&plus) = node.children.get("+") {
                open.push((plus, rest));
            }
            if let Some(&child) = node.children.get(level) {
                open.push((child, rest));
            }
        }
    }

    /// The values of all names that match `filter`, in the order of their levels; with `after` only
    /// those that come after this name, which need not be there, found without a look at those before.
    pub(crate) fn names<'t, 'p>(
        &'t self,
        filter: &'p str,
        after: Option<&'p str>,
    ) -> Names<'t, 'p, T> {
        let mut names = Names {
            tree: self,
            open: Vec::new(),
            at: ROOT,
        };
        // A filter is not empty, so that the root itself is no name.
        names.enter(ROOT, Some(filter), after.map(Some));
        names
    }

    fn node(&self, path: &str) -> Option<usize> {
        let mut levels = path.split('/');
        levels.try_fold(ROOT, |node, level| {
            self.nodes[node].children.get(level).copied()
        })
    }

    fn add_child(&mut self, parent: usize, level: &str) -> usize {
        let level: Arc<str> = Arc::from(level);
        let node = Node::new(parent, Arc::clone(&level));
        let index = match self.free.pop() {
            Some(index) => {
                self.nodes[index] = node;
                index
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        self.nodes[parent].children.insert(level, index);
        index
    }
}

impl<T> Node<T> {
    fn new(parent: usize, level: Arc<str>) -> Self {
        Self {
            parent,
            level,
            children: BTreeMap::new(),
            value: None,
        }
    }
}

/// Walks the names that match a filter, see [`Tree::names`].
pub(crate) struct Names<'t, 'p, T> {
    tree: &'t Tree<T>,
    /// The way down to where it is.
    open: Vec<Branch<'t, 'p>>,
    /// The node it has come to.
    at: usize,
}

/// A step of a walk.
pub(crate) enum Walk<T> {
    Found(T),
    /// There are no steps left.
    Paused,
    /// Nothing is left to be walked.
    Done,
}

/// Children of one node that are still to be walked.
struct Branch<'t, 'p> {
    children: btree_map::Range<'t, Arc<str>, usize>,
    /// What the filter asks of what is below them.
    filter: Option<&'p str>,
    /// A child's level on the way to the name after which the walk begins, and the rest of that way.
    way: Option<(&'p str, Option<&'p str>)>,
    /// Levels that begin with `$` are passed over.
    skips_dollar: bool,
}

impl<'t, 'p, T> Names<'t, 'p, T> {
    /// Goes to a node of which `filter` is asked, and gives its value if that is wanted. With `way`, the
    /// node lies on the way to the name after which the walk begins, and this is the rest.
    fn enter(
        &mut self,
        index: usize,
        filter: Option<&'p str>,
        way: Option<Option<&'p str>>,
    ) -> Option<&'t T> {
        let node = &self.tree.nodes[index];
        // The way itself was walked before.
        let value = node.value.as_ref().filter(|_| way.is_none());
        let Some(whole) = filter else { return value };
        let way = way.flatten().map(split_level);
        let start = way.map_or(Bound::Unbounded, |(level, _)| Bound::Included(level));
        let (level, below) = split_level(whole);
        let is_wild = matches!(level, "#" | "+");
        let bounds = match is_wild {
            true => (start, Bound::Unbounded),
            false if way.is_some_and(|(first, _)| level < first) => return None,
            false => (Bound::Included(level), Bound::Included(level)),
        };
        self.open.push(Branch {
            children: node.children.range::<str, _>(bounds),
            filter: if level == "#" { filter } else { below },
            way,
            skips_dollar: is_wild && index == ROOT,
        });
        // `a/#` matches `a` and everything below it.
        value.filter(|_| level == "#")
    }
}

impl<'t, T> Names<'t, '_, T> {
    /// The next value, if there is one within so many steps of a node each, which are counted down. The
    /// way to where the walk begins costs none, so that a walk of one step at a time comes to its end.
    pub(crate) fn walk(&mut self, steps: &mut usize) -> Walk<&'t T> {
        while let Some(branch) = self.open.last_mut() {
            if *steps == 0 {
                return Walk::Paused;
            }
            let Some((level, &child)) = branch.children.next() else {
                self.open.pop();
                continue;
            };
            self.at = child;
            let way = branch.way.take().filter(|&(first, _)| first == &**level);
            if way.is_none() {
                *steps -= 1;
            }
            if branch.skips_dollar && level.starts_with('$') {
                continue;
            }
            let (filter, way) = (branch.filter, way.map(|(_, rest)| rest));
            if let Some(value) = self.enter(child, filter, way) {
                return Walk::Found(value);
            }
        }
        Walk::Done
    }

    /// Where the walk has come to: another that begins after this path goes on there.
    pub(crate) fn path(&self) -> String {
        let mut levels = Vec::new();
        let mut node = self.at;
        while node != ROOT {
            let Node { parent, level, .. } = &self.tree.nodes[node];
            levels.push(&**level);
            node = *parent;
        }
        levels.reverse();
        levels.join("/")
    }
}

impl<'t, T> Iterator for Names<'t, '_, T> {
    type Item = &'t T;

    fn next(&mut self) -> Option<&'t T> {
        let mut steps = usize::MAX;
        match self.walk(&mut steps) {
            Walk::Found(value) => Some(value),
            Walk::Paused | Walk::Done => None,
        }
    }
}

fn split_level(path: &str) -> (&str, Option<&str>) {
    match path.split_once('/') {
        Some((level, rest)) => (level, Some(rest)),
        None => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::topic;
    use proptest::prelude::*;

    fn tree_of(paths: &[String]) -> Tree<String> {
        let mut tree = Tree::<String>::new();
        for path in paths {
            tree.entry(path).clone_from(path);
        }
        tree
    }

    /// Few distinct levels, so that random filters and names often meet.
    fn name() -> impl Strategy<Value = String> {
        let level = prop::sample::select(vec!["", "a", "b", "$x", "a b"]);
        prop::collection::vec(level, 1..5)
            .prop_map(|levels| levels.join("/"))
            .prop_filter("a topic name is not empty", |name| !name.is_empty())
    }

    fn filter() -> impl Strategy<Value = String> {
        let level = prop::sample::select(vec!["", "a", "b", "$x", "+", "+", "a b"]);
        (prop::collection::vec(level, 0..5), any::<bool>())
            .prop_map(|(mut levels, hash)| {
                if hash {
                    levels.push("#");
                }
                levels.join("/")
            })
            .prop_filter("a topic filter is not empty", |filter| !filter.is_empty())
    }

    proptest! {
        #[test]
        fn the_filters_found_for_a_name_are_those_that_compare_accepts(
            mut filters in prop::collection::vec(filter(), 0..40),
            name in name(),
        ) {
            let tree = tree_of(&filters);
            let mut found = Vec::new();
            tree.visit_filters(&name, |filter| found.push(filter.clone()));
            filters.sort();
            filters.dedup();
            filters.retain(|filter| topic::compare(filter, &name).is_ok());
            found.sort();
            prop_assert_eq!(found, filters);
        }

        #[test]
        fn the_names_found_for_a_filter_are_those_that_compare_accepts(
            mut names in prop::collection::vec(name(), 0..40),
            filter in filter(),
        ) {
            let tree = tree_of(&names);
            let found: Vec<String> = tree.names(&filter, None).cloned().collect();
            names.sort_by(|one, other| one.split('/').cmp(other.split('/')));
            names.dedup();
            names.retain(|name| topic::compare(&filter, name).is_ok());
            prop_assert_eq!(found, names);
        }

        #[test]
        fn a_walk_goes_on_after_any_name_whether_it_is_there_or_not(
            names in prop::collection::vec(name(), 0..40),
            filter in filter(),
            after in name(),
        ) {
            let tree = tree_of(&names);
            let is_after = |name: &&String| name.split('/').gt(after.split('/'));
            let expected: Vec<&String> = tree.names(&filter, None).filter(is_after).collect();
            let found: Vec<&String> = tree.names(&filter, Some(&after)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_walk_in_parts_finds_what_a_whole_one_does(
            names in prop::collection::vec(name(), 0..40),
            filter in filter(),
            part in 1_usize..6,
        ) {
            let tree = tree_of(&names);
            let whole: Vec<&String> = tree.names(&filter, None).collect();
            let (mut found, mut after, mut parts) = (Vec::new(), None, 0);
            loop {
                let mut walk = tree.names(&filter, after.as_deref());
                let mut steps = part;
                let path = loop {
                    match walk.walk(&mut steps) {
                        Walk::Found(name) => found.push(name),
                        Walk::Paused => break Some(walk.path()),
                        Walk::Done => break None,
                    }
                };
                parts += 1;
                prop_assert!(parts <= tree.nodes.len(), "it does not get on");
                if path.is_none() {
                    break;
                }
                after = path;
            }
            prop_assert_eq!(found, whole);
        }

        #[test]
        fn removing_every_path_leaves_no_node_behind(
            paths in prop::collection::vec(filter(), 0..40),
        ) {
            let mut tree = tree_of(&paths);
            for path in &paths {
                tree.remove(path);
            }
            prop_assert_eq!(tree.nodes.len() - tree.free.len(), 1);
        }
    }

    #[test]
    fn a_path_of_sixty_thousand_levels_is_stored_found_and_removed() {
        let deep = "/".repeat(60_000);
        let mut tree = tree_of(core::slice::from_ref(&deep));
        let mut found = 0;
        tree.visit_filters(&deep, |_| found += 1);
        found += tree.names("#", None).count();
        assert_eq!(found, 2);
        assert_eq!(tree.remove(&deep), Some(deep));
    }
}
