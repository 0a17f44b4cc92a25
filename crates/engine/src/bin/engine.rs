//! The Worker's program.

#[cfg(target_arch = "wasm32")]
fn main() {
    midge_engine::worker::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    eprintln!("The engine runs in a browser's Worker: build the page with `cargo xtask serve`.");
    std::process::ExitCode::FAILURE
}
