//! The page: built and served for work, or built once into `dist/`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::place::Place;
use crate::process::Task;
use crate::{Outcome, Stop, say, setup};

/// What rustc turns on for wasm and wasm-opt therefore has to accept.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-multivalue",
];

/// `cargo xtask serve`: installs what is missing, then lets trunk build, serve and watch.
pub(crate) fn serve(place: &Place, mut arguments: Arguments) -> Outcome {
    let port = match arguments.value("--port")? {
        None => 8080,
        Some(text) => text.parse::<u16>().map_err(|_| {
            Stop::new(format!(
                "`--port {text}`: a port is a number from 1 to 65535."
            ))
        })?,
    };
    let open = arguments.switch("--open");
    let release = arguments.switch("--release");
    arguments.finish()?;
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        return Err(Stop::new(format!(
            "Port {port} cannot be used (another program has it?): run `cargo xtask serve --port {}`.",
            port.checked_add(1).unwrap_or(8080)
        )));
    }
    tools(place)?;
    say::step(
        &format!("Build the page and serve it at http://127.0.0.1:{port}"),
        "about 3 minutes the first time, seconds after that; Ctrl-C ends it",
    );
    let mut task = trunk(place, "serve").word("--port").word(port.to_string());
    if open {
        task = task.word("--open");
    }
    if release {
        task = task.word("--release");
    }
    task.run()
}

/// `cargo xtask dist`: the page as it is to be hosted, optimised where that is possible.
pub(crate) fn dist(place: &Place) -> Outcome {
    tools(place)?;
    let wasm_opt = setup::wasm_opt(place)?;
    say::step(
        "Build the page into dist/",
        "about 4 minutes the first time",
    );
    trunk(place, "build").word("--release").run()?;
    let modules = wasm_files(&place.dist)?;
    if let Some(wasm_opt) = wasm_opt {
        say::step("Optimise the page's WebAssembly", "about 2 minutes");
        for module in &modules {
            optimise(place, &wasm_opt, module)?;
        }
    }
    for module in &modules {
        let size = fs::metadata(module).map_or(0, |metadata| metadata.len());
        let name = module.file_name().unwrap_or_default().to_string_lossy();
        say::fact(&format!("{name}: {} KiB", size / 1024));
    }
    say::fact("The page is in dist/: any web server can host it, `midge-server --www dist` does.");
    Ok(())
}

/// Makes sure of everything that turns the sources into the page.
fn tools(place: &Place) -> Outcome {
    setup::wasm_target(place)?;
    setup::wasm_bindgen(place)?;
    setup::trunk(place)
}

fn trunk(place: &Place, verb: &str) -> Task {
    // trunk takes NO_COLOR for a boolean and stops at `NO_COLOR=1`, which is how the rest of the world writes it.
    let task = place
        .task("trunk")
        .word(verb)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Its errors say enough; where in trunk they arose helps nobody here.
        .env("RUST_BACKTRACE", "0");
    match std::env::var_os("NO_COLOR") {
        Some(_) => task.env("NO_COLOR", "true"),
        None => task,
    }
}

fn wasm_files(dist: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(dist)
        .map_err(|error| Stop::new(format!("dist/ cannot be read after the build: {error}.")))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    files.sort();
    Ok(files)
}

/// Replaces a module by what wasm-opt makes of it, in one move: who interrupts this has the module as it was.
fn optimise(place: &Place, wasm_opt: &Path, module: &Path) -> Outcome {
    let optimised = module.with_extension("optimised");
    let mut task = place.task(wasm_opt).word("-O");
    for feature in WASM_FEATURES {
        task = task.word(feature);
    }
    task.word(module).word("--output").word(&optimised).quietly(
        "wasm-opt failed: remove .tools/node to install it anew, or take it and Node off PATH to build without it.",
    )?;
    fs::rename(&optimised, module)
        .map_err(|error| Stop::new(format!("{} cannot be replaced: {error}.", module.display())))
}
