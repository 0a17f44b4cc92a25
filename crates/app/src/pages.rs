//! The pages of the rail, one a module.

mod broker;
pub mod lab;
mod learn;
mod packets;
mod settings;
mod workbench;

pub use broker::{BrokerPage, TopicsPage};
pub use lab::LabPage;
pub use learn::LearnPage;
pub use packets::{DecodePage, PacketsPage};
pub use settings::SettingsPage;
pub use workbench::WorkbenchPage;
