//! Every setting, read once from flags and environment. Nothing else reads the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::people::mail;
use crate::people::role::Role;

/// A searchable evidence site on schools and families working together.
///
/// Without a command it serves the site. On an empty data folder it first makes the database and
/// loads the starter collection.
#[derive(Debug, Parser)]
#[command(name = "engaging-with-families", version, about, max_term_width = 100)]
#[command(subcommand_help_heading = "Commands", disable_help_subcommand = true)]
pub struct CommandLine {
    #[command(flatten)]
    pub config: Config,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve the site (the default).
    Serve,
    /// Import a folder of evidence: all of it or, when anything is wrong with it, nothing.
    ///
    /// The folder holds any of themes.json, interventions.json, studies.json, questions.json,
    /// pages.json, vocabularies.json and synonyms.json in the format of the starter collection
    /// (assets/evidence/README.md). Every fault is named by file, record and field. Importing the
    /// same folder twice changes nothing. The server may be running; it shows the result by itself.
    Import {
        /// The folder to read.
        folder: PathBuf,
    },
    /// Write the published collection as a folder that `import` reads back.
    Export {
        /// The folder to write; made when missing. Files of an earlier export are replaced.
        folder: PathBuf,
    },
    /// Keep the accounts of those who curate.
    Person {
        #[command(subcommand)]
        command: PersonCommand,
    },
    /// Look whether every link of the published collection works.
    ///
    /// DOIs, addresses, sources and websites are asked politely: one request at a time to each host,
    /// with a pause, so a large collection takes a while. Curators see the result under Links.
    Links,
    /// Compare a file of retraction notices with the studies of the collection.
    ///
    /// The file is a CSV in the shape of the Retraction Watch database, in UTF-8 or Windows-1252.
    /// What is found waits for an editor under Retractions. Reading a file twice changes nothing.
    Retractions {
        /// The file to read.
        file: PathBuf,
    },
    /// Write the whole published collection into one archive.
    ///
    /// Tables with a data dictionary, JSON, references, linked data, a SQLite file of what is published
    /// and a copy of the site that needs no server. The server may be running. Archives in the folder
    /// `snapshots` of the data folder are offered at /data.
    Snapshot {
        /// The folder to write the archive into; made when missing.
        folder: PathBuf,
    },
    /// Check settings, database and search index, and say what is not safe for production.
    Check,
}

/// What can be done to accounts without logging in. The server may be running.
#[derive(Clone, Debug, Subcommand)]
pub enum PersonCommand {
    /// Add a person, and print a link that works once and lets them choose a password.
    Add {
        /// What they type to log in: an e-mail address, or a short name without blanks.
        login: String,
        /// Their name, as colleagues know them.
        #[arg(long)]
        name: String,
        /// What they may do: curator, editor or administrator.
        #[arg(long)]
        role: Role,
        /// Read their password from standard input instead of printing a link.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List everybody: login, name, role, and what keeps them from logging in.
    List,
    /// Bar a person: they are logged out, and cannot log in until an administrator lets them.
    Disable {
        /// What they type to log in.
        login: String,
    },
    /// Print a link that works once and lets a person choose a new password.
    ///
    /// The old password works until then.
    Reset {
        /// What they type to log in.
        login: String,
        /// Also turn their second factor off, for someone who has lost the telephone.
        #[arg(long)]
        second_factor: bool,
    },
}

/// The settings. Each is a flag and an environment variable; the flag wins.
#[derive(Args, Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Config {
    /// Address and port to listen on.
    #[arg(
        long,
        env = "EWF_LISTEN",
        default_value = "127.0.0.1:3000",
        global = true
    )]
    pub listen: SocketAddr,

    /// Folder of the database and the search index; made when missing.
    #[arg(long, env = "EWF_DATA", default_value = "./data", global = true)]
    pub data: PathBuf,

    /// Address under which readers reach the site, such as <https://families.example.ac.uk>.
    /// Without it the address of --listen is used.
    #[arg(long, env = "EWF_PUBLIC_URL", value_parser = public_url, global = true)]
    pub public_url: Option<String>,

    /// Name of the site.
    #[arg(
        long,
        env = "EWF_SITE_NAME",
        default_value = "Engaging with Families",
        global = true
    )]
    pub site_name: String,

    /// E-mail address of whoever looks after the site, told to those who harvest it.
    #[arg(long, env = "EWF_CONTACT", global = true)]
    pub contact: Option<String>,

    /// Start without the starter collection.
    #[arg(long, env = "EWF_EMPTY", global = true)]
    pub empty: bool,

    /// How log lines are written to standard error.
    #[arg(long, env = "EWF_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,

    /// Which log lines are written: a level, or a list such as "info,sqlx=debug".
    #[arg(long, env = "EWF_LOG", default_value = "info", global = true)]
    pub log: String,

    /// Memory for finished pages, in megabytes; 0 makes every page afresh.
    #[arg(long, env = "EWF_PAGE_CACHE_MB", default_value_t = 64, global = true)]
    pub page_cache_mb: u32,

    /// Where DOIs are looked up: Crossref, or whatever answers like it.
    #[arg(
        long,
        env = "EWF_CROSSREF_URL",
        default_value = "https://api.crossref.org",
        value_parser = public_url,
        global = true
    )]
    pub crossref_url: String,

    /// A proxy stands in front and its X-Forwarded-For header tells the client's address.
    #[arg(long, env = "EWF_TRUSTED_PROXY", global = true)]
    pub trusted_proxy: bool,

    /// Mail server for invitations, such as <smtps://user:password@mail.example.ac.uk>. Without it
    /// whoever invites somebody passes the link on.
    #[arg(long, env = "EWF_SMTP_URL", value_parser = mail::server, hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// Who mails come from, such as "Families <families@example.ac.uk>".
    #[arg(long, env = "EWF_MAIL_FROM", value_parser = mail::sender, global = true)]
    pub mail_from: Option<String>,
    /// Do not make a snapshot of the collection in the night.
    #[arg(long, env = "EWF_NO_SNAPSHOTS", global = true)]
    pub no_snapshots: bool,

    /// Do not look in the night whether links of the collection still work.
    #[arg(long, env = "EWF_NO_LINK_CHECKS", global = true)]
    pub no_link_checks: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

impl Config {
    /// The address of the site without a final slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Whether readers reach the site over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether cookies are for encrypted pages only: always, but on this machine itself.
    #[must_use]
    pub fn has_secure_cookies(&self) -> bool {
        let is_local = match &self.public_url {
            None => self.listen.ip().is_loopback(),
            Some(url) => {
                let host = url.strip_prefix("http://").unwrap_or_default();
                ["127.0.0.1", "localhost", "[::1]"]
                    .iter()
                    .any(|own| host == *own || host.starts_with(&format!("{own}:")))
            }
        };
        !is_local
    }

    /// Settings for tests: the defaults, with this data folder.
    #[must_use]
    pub fn for_tests(data: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data,
            public_url: None,
            site_name: "Engaging with Families".to_owned(),
            contact: None,
            empty: false,
            log_format: LogFormat::Text,
            log: "warn".to_owned(),
            page_cache_mb: 8,
            crossref_url: "https://api.crossref.org".to_owned(),
            trusted_proxy: false,
            smtp_url: None,
            mail_from: None,
            no_link_checks: true,
            no_snapshots: true,
        }
    }
}

/// Scheme and host, perhaps a port; no path, since the site's own links start at the root.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_host = |host: &str| {
        !host.is_empty()
            && host
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter))
    };
    match host {
        Some(host) if is_host(host) => Ok(url.to_owned()),
        _ => Err("write it as https://families.example.ac.uk, without a path".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_checked() {
        assert_eq!(
            public_url("https://x.ac.uk/").as_deref(),
            Ok("https://x.ac.uk")
        );
        assert_eq!(
            public_url("http://127.0.0.1:3000").as_deref(),
            Ok("http://127.0.0.1:3000")
        );
        for bad in [
            "",
            "x.ac.uk",
            "https://",
            "https://x.ac.uk/path",
            "ftp://x",
            "https://a b",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        CommandLine::command().debug_assert();
    }
}
