//! A small web server for the built page, on a free port of this machine.

use std::path::{Path, PathBuf};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::place;

/// Serves `dist/` until it is dropped.
#[derive(Debug)]
pub(crate) struct Dist {
    port: u16,
    task: JoinHandle<()>,
}

impl Dist {
    pub(crate) async fn serve() -> Self {
        let root = place::dist();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let root = root.clone();
                // A browser that hangs up in the middle of a file is its own business.
                tokio::spawn(async move { answer(stream, &root).await });
            }
        });
        Self { port, task }
    }

    /// The address of a place of the page such as `lab`; the empty place is the bare address.
    pub(crate) fn address(&self, place: &str) -> String {
        let root = format!("http://127.0.0.1:{}/", self.port);
        match place {
            "" => root,
            place => format!("{root}#/{place}"),
        }
    }
}

impl Drop for Dist {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one request and closes.
async fn answer(stream: TcpStream, root: &Path) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut first = String::new();
    stream.read_line(&mut first).await?;
    let mut header = String::new();
    while stream.read_line(&mut header).await? > 2 {
        header.clear();
    }
    let path = first.split_whitespace().nth(1).unwrap_or("/");
    let file = file_of(root, path);
    let (status, body) = match tokio::fs::read(&file).await {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", b"There is no such file.".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        media_type(&file),
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

fn file_of(root: &Path, path: &str) -> PathBuf {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches('/');
    assert!(!path.contains(".."), "the page asks for files of its own");
    root.join(if path.is_empty() { "index.html" } else { path })
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
