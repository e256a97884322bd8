//! Mails that bring one-time links. They are a convenience: whoever sends one also sees the link.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::Config;

/// A mail server that does not answer must not keep a page waiting for long.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Sends mails through the configured server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// None without a mail server.
    ///
    /// # Errors
    /// When there is a server but no sender.
    pub fn new(config: &Config) -> Result<Option<Self>> {
        let (url, from) = match (&config.smtp_url, &config.mail_from) {
            (None, _) => return Ok(None),
            (Some(_), None) => bail!("--smtp-url needs --mail-from"),
            (Some(url), Some(from)) => (url, from),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .context("--smtp-url cannot be read")?
            .timeout(Some(TIMEOUT))
            .build();
        let from = from.parse().context("--mail-from cannot be read")?;
        Ok(Some(Self { transport, from }))
    }

    /// # Errors
    /// When the address is none, or the server does not take the mail.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<()> {
        let to: Mailbox = to.parse().context("this is no e-mail address")?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        tokio::time::timeout(TIMEOUT, self.transport.send(message))
            .await
            .context("the mail server did not answer in time")?
            .context("the mail server refused")?;
        Ok(())
    }
}

/// An address of a mail server that can be used, for the command line.
///
/// # Errors
/// What is wrong with it, without repeating the password.
pub fn server(text: &str) -> Result<String, String> {
    let is_url = AsyncSmtpTransport::<Tokio1Executor>::from_url(text).is_ok();
    is_url
        .then(|| text.to_owned())
        .ok_or_else(|| "write it as smtps://user:password@mail.example.ac.uk".to_owned())
}

/// A sender that can be used, for the command line.
///
/// # Errors
/// What is wrong with it.
pub fn sender(text: &str) -> Result<String, String> {
    let is_mailbox = text.parse::<Mailbox>().is_ok();
    is_mailbox
        .then(|| text.to_owned())
        .ok_or_else(|| "write it as Families <families@example.ac.uk>".to_owned())
}

/// Whether passwords and links travel to the mail server unprotected.
#[must_use]
pub fn is_open(url: &str) -> bool {
    let host = url.split('@').next_back().unwrap_or_default();
    let host = host.trim_start_matches("smtp://");
    let is_local = ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| host.starts_with(own));
    url.starts_with("smtp://") && !url.contains("tls=required") && !is_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers_are_checked() {
        assert!(server("smtps://ada:secret@mail.example.ac.uk").is_ok());
        assert!(server("smtp://127.0.0.1:2525").is_ok());
        let fault = server("mail.example.ac.uk:secret").unwrap_err();
        assert!(!fault.contains("secret"), "{fault}");
        assert!(sender("Families <families@example.ac.uk>").is_ok());
        assert!(sender("Families").is_err());
        assert!(is_open("smtp://ada:secret@mail.example.ac.uk"));
        assert!(!is_open("smtp://mail.example.ac.uk:587?tls=required"));
        assert!(!is_open("smtp://localhost:25") && !is_open("smtps://mail.example.ac.uk"));
    }
}
