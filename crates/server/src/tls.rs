//! TLS by rustls: certificate and key from PEM files, handshakes beside each other.

use std::{io, net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
    server::TlsStream,
};

/// A peer may take so long for its part of the handshake.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

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
