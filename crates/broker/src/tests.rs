//! Scripted peers against one broker.
