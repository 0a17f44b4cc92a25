//! Parts that look and behave the same wherever they occur.

pub mod badge;
pub mod chip;
pub mod clipboard;
pub mod dialog;
pub mod download;
pub mod empty;
pub mod escape;
pub mod file_drag;
pub mod hex;
pub mod hex_view;
pub mod icon;
pub mod measure;
pub mod menu;
pub mod payload_panel;
pub mod problem;
pub mod reveal;
pub mod same;
pub mod splitter;
pub mod switch;
pub mod tabs;
pub mod toast;
pub mod virtual_list;
pub mod why_list;
