//! Where the built page and the programs are: said by `cargo xtask test`, else in their usual places.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the package stands two folders below the root")
        .to_path_buf()
}

/// The folder of the built page.
pub(crate) fn dist() -> PathBuf {
    let folder = said("MIDGE_DIST").unwrap_or_else(|| root().join("dist"));
    assert!(
        folder.join("index.html").is_file(),
        "the page is not built: run `cargo xtask test --only e2e`"
    );
    folder
}

/// The native server.
pub(crate) fn server() -> PathBuf {
    said("MIDGE_SERVER").unwrap_or_else(|| root().join("target/debug/midge-server"))
}

/// The browser.
pub(crate) fn chromium() -> PathBuf {
    said("MIDGE_CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into())
}

/// The program that drives the browser.
pub(crate) fn chromedriver() -> PathBuf {
    said("MIDGE_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into())
}

/// The folder for pictures; `MIDGE_SCREENSHOTS=www/screenshots` renews those of the README.
pub(crate) fn screenshots() -> PathBuf {
    let folder = said("MIDGE_SCREENSHOTS").unwrap_or_else(|| "target/screenshots".into());
    root().join(folder)
}

fn said(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from)
}
