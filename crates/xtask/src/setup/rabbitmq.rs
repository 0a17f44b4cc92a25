//! RabbitMQ from Debian's packages, unpacked into `.tools` with the Erlang that runs it.
//!
//! Installed by apt-get it would be a service that starts with the system and listens on every address; a broker for tests
//! has to be nothing of that. Unpacking needs no rights either.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::place::Place;
use crate::setup::apt;
use crate::{Outcome, Stop, say};

/// The release whose ways the tests know: 3.12 and 4.0 do much of MQTT otherwise.
const RELEASE: &str = "3.10.";

/// The server, and the parts of Erlang that it depends on.
const PACKAGES: &str = "rabbitmq-server erlang-base erlang-asn1 erlang-crypto erlang-eldap erlang-inets erlang-mnesia \
                        erlang-os-mon erlang-parsetools erlang-public-key erlang-runtime-tools erlang-ssl \
                        erlang-syntax-tools erlang-tools erlang-xmerl";

const REMEDY: &str = "RabbitMQ could not be fetched and unpacked (is there a network?): run `apt-get update` as root, then \
                      try again.";

/// Makes sure of RabbitMQ; the answer is the folder that it was unpacked into. Where the system has no package of this
/// release, the tests go without, which is said.
pub(crate) fn rabbitmq(place: &Place) -> Outcome<Option<PathBuf>> {
    let folder = place.tools.join("rabbitmq");
    if is_here(place, &folder) {
        return Ok(Some(folder));
    }
    if apt::is_possible(place) {
        say::step("Ask apt-get for RabbitMQ", "about 10 seconds, once");
        apt::update(place, REMEDY)?;
    }
    if is_offered(place) {
        unpack(place, &folder)?;
        return Ok(Some(folder));
    }
    say::fact(&format!(
        "RabbitMQ {RELEASE}x is not among this system's packages, as it is on Debian 12, so it is not tested with."
    ));
    Ok(None)
}

/// Whether it is there and its Erlang runs.
fn is_here(place: &Place, folder: &Path) -> bool {
    let folders = fs::read_dir(folder.join("usr/lib/rabbitmq/lib"));
    let is_unpacked = folders.into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        let release = name
            .to_str()
            .and_then(|it| it.strip_prefix("rabbitmq_server-"));
        release.is_some_and(|it| it.starts_with(RELEASE))
    });
    is_unpacked
        && place
            .task(erl(folder))
            .words("-noshell -s crypto -s erlang halt")
            .succeeds()
}

/// Whether apt-get would fetch the release.
fn is_offered(place: &Place) -> bool {
    let shown = place
        .task("apt-cache")
        .words("show --no-all-versions rabbitmq-server")
        .output();
    shown.is_some_and(|shown| offers(&shown))
}

/// Whether what `apt-cache show` prints is of the release.
fn offers(shown: &str) -> bool {
    let version = shown
        .lines()
        .find_map(|line| line.strip_prefix("Version: "));
    version.is_some_and(|version| version.starts_with(RELEASE))
}

fn unpack(place: &Place, folder: &Path) -> Outcome {
    say::step(
        "Unpack RabbitMQ and Erlang from Debian's packages into .tools/rabbitmq",
        "about 20 seconds, once",
    );
    let failed = |_: io::Error| Stop::new(REMEDY);
    let packages = folder.join("packages");
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(&packages).map_err(failed)?;
    place
        .task("apt-get")
        .folder(&packages)
        .words("download")
        .words(PACKAGES)
        .quietly(REMEDY)?;
    place
        .task("sh")
        .folder(folder)
        .word("-c")
        .word("for package in packages/*.deb; do dpkg-deb --extract \"$package\" . || exit 1; done")
        .quietly(REMEDY)?;
    fs::remove_dir_all(&packages).map_err(failed)?;
    // Debian's script looks for Erlang where the package would have put it, not where it is itself.
    let script = fs::read_to_string(erl(folder)).map_err(failed)?;
    let root = "ROOTDIR=$(dirname \"$(dirname \"$(readlink -f \"$0\")\")\")";
    fs::write(erl(folder), script.replace("ROOTDIR=/usr/lib/erlang", root)).map_err(failed)?;
    if is_here(place, folder) {
        Ok(())
    } else {
        Err(Stop::new(REMEDY))
    }
}

/// The script that starts Erlang.
fn erl(folder: &Path) -> PathBuf {
    folder.join("usr/lib/erlang/bin/erl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_release_is_told_from_the_one_that_the_tests_know() {
        assert!(offers(
            "Package: rabbitmq-server\nVersion: 3.10.8-1.1+deb12u1\n"
        ));
        assert!(!offers("Package: rabbitmq-server\nVersion: 4.0.5-8\n"));
        assert!(!offers(""));
    }
}
