//! TLS by rustls: certificate and key from PEM files, handshakes beside each other.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
    server::TlsStream,
};
use tokio_util::sync::CancellationToken;

/// A peer may take so long for its part of the handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// Connections whose handshakes are done and that nobody has taken yet.
const READY_MAX: usize = 16;

/// What accepts with this certificate.
///
/// # Errors
/// What is wrong with the files, in words that name them.
pub(crate) fn acceptor(certificate: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let error = |path: &Path, cause: String| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: {cause}", path.display()),
        )
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| error(certificate, cause.to_string()))?;
    if chain.is_empty() {
        return Err(error(certificate, "there is no certificate in it".into()));
    }
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|cause| error(key, cause.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, secret)
        })
        .map_err(|cause| error(certificate, cause.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The server's part of the handshake; `None` when the peer fails or dawdles.
pub(crate) async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<TlsStream<TcpStream>> {
    match timeout(HANDSHAKE_MAX, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) => tracing::info!(%peer, %error, "TLS handshake failed"),
        Err(_) => tracing::info!(%peer, "TLS handshake took too long"),
    }
    None
}

/// A listener for axum whose connections have done their handshakes; one that dawdles holds up nobody.
pub(crate) struct Listener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl Listener {
    /// Accepts until told to stop.
    pub(crate) fn start(
        listener: TcpListener,
        acceptor: TlsAcceptor,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY_MAX);
        tokio::spawn(async move {
            crate::tcp::accept(listener, stop, |stream, peer| {
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    if let Some(stream) = handshake(acceptor, stream, peer).await {
                        // Nobody takes it when the server ends.
                        let _ = sender.send((stream, peer)).await;
                    }
                });
            })
            .await;
        });
        Ok(Self { ready, address })
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // It was told to stop, and so was its caller.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}
