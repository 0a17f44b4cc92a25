//! Programs of the system: a browser with its driver, Mosquitto, Wireshark's decoder, compilers of C and C++. Used from
//! `PATH`, else asked of apt-get when root.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::{Outcome, Stop, say};

/// A browser and the program that drives it, of one version.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const CHROMEDRIVER: &[&str] = &["chromedriver"];
const MOSQUITTO: &[&[&str]] = &[&["mosquitto"], &["mosquitto_pub"], &["mosquitto_sub"]];

/// Makes sure of a headless browser.
pub(crate) fn browser(place: &Place) -> Outcome<Browser> {
    let find = || {
        Some(Browser {
            chromium: Place::on_path(CHROMIUM)?,
            chromedriver: Place::on_path(CHROMEDRIVER)?,
        })
    };
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if is_ubuntu(&os_release()) {
        return Err(Stop::new(
            "Ubuntu's chromium is a snap, which a test cannot drive: install Google Chrome and the chromedriver of the \
             same version so that both are on PATH, then run `cargo xtask test` again.",
        ));
    }
    install(place, "Chromium", &["chromium", "chromium-driver"])?;
    find().ok_or_else(|| {
        Stop::new("chromium and chromedriver were installed but are not on PATH: run `which chromium chromedriver`.")
    })
}

/// Makes sure of a Mosquitto broker and its two clients.
pub(crate) fn mosquitto(place: &Place) -> Outcome {
    if MOSQUITTO
        .iter()
        .all(|names| Place::on_path(names).is_some())
    {
        return Ok(());
    }
    install(place, "Mosquitto", &["mosquitto", "mosquitto-clients"])
}

/// Makes sure of Mosquitto's library for programs in C, and of a compiler: the test of wildcards asks it.
pub(crate) fn libmosquitto(place: &Place) -> Outcome {
    let is_here = place
        .task("cc")
        .words("-fsyntax-only -include mosquitto.h -x c /dev/null")
        .succeeds();
    if is_here {
        return Ok(());
    }
    install(
        place,
        "Mosquitto's library for C",
        &["gcc", "libc6-dev", "libmosquitto-dev"],
    )
}

/// Makes sure of tshark, Wireshark's decoder without its window.
pub(crate) fn tshark(place: &Place) -> Outcome {
    if Place::on_path(&["tshark"]).is_some() {
        return Ok(());
    }
    install(place, "tshark", &["tshark"])
}

/// Whether who runs this may capture what passes on loopback; trying it for a second is the only way to know.
pub(crate) fn may_capture(place: &Place) -> bool {
    place
        .task("tshark")
        .words("-q -i lo -a duration:1 -w /dev/null")
        .succeeds()
}

/// Makes sure of a compiler of C++, in which libFuzzer is written.
pub(crate) fn compiler(place: &Place) -> Outcome {
    if Place::on_path(&["c++", "g++", "clang++"]).is_some() {
        return Ok(());
    }
    install(place, "A compiler of C++", &["g++"])
}

/// Whether [`install`] can do its work: there is apt-get, and this is root.
pub(crate) fn is_possible(place: &Place) -> bool {
    Place::on_path(&["apt-get"]).is_some() && is_root(place)
}

/// Installs packages of Debian or Ubuntu, or says what a person has to type.
pub(crate) fn install(place: &Place, what: &str, packages: &[&str]) -> Outcome {
    let packages = packages.join(" ");
    let line = format!("apt-get install --yes --no-install-recommends {packages}");
    if Place::on_path(&["apt-get"]).is_none() {
        return Err(Stop::new(format!(
            "{what} is missing and there is no apt-get here: install it by the means of this system ({packages} on \
             Debian), then try again."
        )));
    }
    if !is_root(place) {
        return Err(Stop::new(format!(
            "{what} is missing and only root may install it: run `sudo {line}`, then try again."
        )));
    }
    say::step(
        &format!("Install {what} with apt-get ({packages})"),
        "about 1 minute, once",
    );
    let remedy = format!(
        "apt-get could not install {what} (is there a network?): run `apt-get update && {line}` to see why, then try again."
    );
    update(place, &remedy)?;
    quietly(place, line.trim_start_matches("apt-get "), &remedy)
}

/// Learns what packages there are; only root can.
pub(crate) fn update(place: &Place, remedy: &str) -> Outcome {
    quietly(place, "update", remedy)
}

fn quietly(place: &Place, line: &str, remedy: &str) -> Outcome {
    place
        .task("apt-get")
        .words(line)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .quietly(remedy)
}

fn is_root(place: &Place) -> bool {
    place
        .task("id")
        .word("-u")
        .output()
        .is_some_and(|id| id.trim() == "0")
}

fn os_release() -> String {
    fs::read_to_string("/etc/os-release").unwrap_or_default()
}

fn is_ubuntu(os_release: &str) -> bool {
    os_release
        .lines()
        .any(|line| line.trim_matches('"') == "ID=ubuntu" || line == "ID=\"ubuntu\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ubuntu_is_told_from_debian() {
        assert!(is_ubuntu("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_ubuntu("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
    }
}
