//! The pages of the rail, one a module.

mod broker;
pub mod lab;
mod learn;
mod packets;
mod settings;
mod workbench;

pub use broker::BrokerPage;
pub use lab::LabPage;
pub use learn::LearnPage;
pub use packets::PacketsPage;
pub use settings::SettingsPage;
pub use workbench::WorkbenchPage;
