//! Where things are: the project's root, its tools, what it builds.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::process::Task;
use crate::{Outcome, Stop};

/// The folders of the project, all absolute.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// `.tools`, where everything is installed that only this project uses.
    pub(crate) tools: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// `dist`, the built page.
    pub(crate) dist: PathBuf,
}

impl Place {
    /// Finds the project from where this program's source is.
    pub(crate) fn find() -> Outcome<Self> {
        let source = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = source
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file())
            .ok_or_else(|| {
                Stop::new(
                    "The project was not found: run `cargo xtask` in a folder of the project.",
                )
            })?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
            || root.join("target"),
            |folder| root.join(PathBuf::from(folder)),
        );
        Ok(Self {
            tools: root.join(".tools"),
            dist: root.join("dist"),
            target,
            root,
        })
    }

    /// A program that was installed into `.tools`.
    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.tools.join("bin").join(name)
    }

    /// A task that runs in the root, finds the tools of `.tools` first, and fills in the rest of `PATH` after them.
    pub(crate) fn task(&self, program: impl AsRef<Path>) -> Task {
        let program = program.as_ref();
        let installed = self.tools.join("bin").join(program);
        let program = if installed.is_file() {
            installed
        } else {
            program.to_path_buf()
        };
        Task::new(program)
            .folder(&self.root)
            .env("PATH", self.search_path())
    }

    /// Cargo, with the toolchain that this program was started with.
    pub(crate) fn cargo(&self) -> Task {
        self.task("cargo")
    }

    /// Looks a program up on `PATH` and in the folders where Debian keeps servers and browser drivers.
    pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let aside = [
            "/usr/sbin",
            "/usr/local/sbin",
            "/usr/lib/chromium",
            "/usr/lib/chromium-browser",
        ];
        let folders: Vec<PathBuf> = env::split_paths(&path)
            .chain(aside.iter().map(PathBuf::from))
            .collect();
        names
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
            .find(|file| file.is_file())
    }

    fn search_path(&self) -> OsString {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.tools.join("bin")).chain(env::split_paths(&path));
        env::join_paths(folders).unwrap_or(path)
    }
}
