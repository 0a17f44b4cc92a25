//! The page's entry point.

fn main() {
    midge_app::run();
}
