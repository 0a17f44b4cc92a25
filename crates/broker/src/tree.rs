//! A tree of topic levels: it finds filters for a name, and names for a filter, without looking at the rest.
//!
//! Filters are stored with `+` and `#` as levels like any other. [`Tree::visit_filters`] and
//! [`Tree::visit_names`] follow the rules that [`midge_codec::topic::compare`] states for one pair; a
//! property test holds the two together. Nodes live in one vector, so that neither the depth of a
//! hostile topic nor a clone costs stack.

use alloc::{collections::BTreeMap, sync::Arc, vec, vec::Vec};

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

    /// Visits the values of all names that match `filter`, in the order of their levels.
    pub(crate) fn visit_names<'t>(&'t self, filter: &str, mut visit: impl FnMut(&'t T)) {
        let mut open = vec![(ROOT, Some(filter))];
        while let Some((index, rest)) = open.pop() {
            let node = &self.nodes[index];
            let Some(whole) = rest else {
                node.value.as_ref().map(&mut visit);
                continue;
            };
            let children = node
                .children
                .iter()
                .rev()
                .filter(|(level, _)| index != ROOT || !level.starts_with('$'))
                .map(|(_, &child)| child);
            match split_level(whole) {
                ("#", _) => {
                    // `a/#` matches `a` and everything below it.
                    node.value.as_ref().map(&mut visit);
                    open.extend(children.map(|child| (child, rest)));
                }
                ("+", below) => open.extend(children.map(|child| (child, below))),
                (level, below) => {
                    open.extend(node.children.get(level).map(|&child| (child, below)));
                }
            }
        }
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

fn split_level(path: &str) -> (&str, Option<&str>) {
    match path.split_once('/') {
        Some((level, rest)) => (level, Some(rest)),
        None => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
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
            let mut found = Vec::new();
            tree.visit_names(&filter, |name| found.push(name.clone()));
            names.sort();
            names.dedup();
            names.retain(|name| topic::compare(&filter, name).is_ok());
            found.sort();
            prop_assert_eq!(found, names);
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
        tree.visit_names("#", |_| found += 1);
        assert_eq!(found, 2);
        assert_eq!(tree.remove(&deep), Some(deep));
    }
}
