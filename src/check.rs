//! `check`: what is not safe for production in the present configuration, in plain words, and
//! whether the data are sound.

use anyhow::Result;

use crate::config::{Config, LogFormat};
use crate::db::Db;
use crate::people::{mail, store};
use crate::search::refresh::Collection;

/// What was found, worst first.
#[derive(Debug, Default)]
pub struct Findings {
    /// The data or the settings are wrong.
    pub faults: Vec<String>,
    /// It works, but not as safely as it should in production.
    pub warnings: Vec<String>,
    pub notes: Vec<String>,
}

/// Checks settings, database and index.
pub async fn check(config: &Config) -> Result<Findings> {
    let mut findings = Findings::default();
    check_settings(config, &mut findings);
    if !Db::path_in(&config.data).exists() {
        findings.notes.push(format!(
            "There is no database in {} yet; the first start makes one.",
            config.data.display()
        ));
        return Ok(findings);
    }
    if config.contact.is_none() {
        findings.warnings.push(
            "EWF_CONTACT is not set: those who harvest the collection are told webmaster@ the site's host."
                .to_owned(),
        );
    }
    let db = Db::open(&config.data).await?;
    let broken = db.integrity().await?;
    if broken.is_empty() {
        findings.notes.push("The database is sound.".to_owned());
    }
    findings.faults.extend(
        broken
            .into_iter()
            .map(|line| format!("The database is damaged: {line}")),
    );
    check_people(&db, &mut findings).await?;
    let collection = Collection::open(db.clone(), &config.data).await?;
    let catalogue = collection.catalogue();
    findings.notes.push(format!(
        "The collection has {} studies, {} interventions and {} themes, at version {}.",
        catalogue.studies().len(),
        catalogue.interventions().len(),
        catalogue.themes().len(),
        catalogue.change.as_ref().map_or(0, |change| change.number),
    ));
    if collection.is_indexed() {
        findings
            .notes
            .push("The search index is up to date.".to_owned());
    } else {
        findings.warnings.push(
            "The search index is behind; another process is writing it, or could not.".to_owned(),
        );
    }
    db.close().await;
    Ok(findings)
}

async fn check_people(db: &Db, findings: &mut Findings) -> Result<()> {
    let people = store::accounts(db).await?;
    if people.is_empty() {
        findings.warnings.push(
            "Nobody has an account yet: open the address that serve prints, or use person add."
                .to_owned(),
        );
        return Ok(());
    }
    let unguarded = store::unguarded_administrators(db).await?;
    if unguarded > 0 {
        findings.warnings.push(format!(
            "{} no second factor: whoever learns the password can do everything.",
            match unguarded {
                1 => "An administrator has".to_owned(),
                several => format!("{several} administrators have"),
            }
        ));
    }
    Ok(())
}

fn check_settings(config: &Config, findings: &mut Findings) {
    let mut warn = |text: &str| findings.warnings.push(text.to_owned());
    match &config.public_url {
        None => warn(
            "--public-url is not set: canonical addresses and citations will name the address of \
             --listen.",
        ),
        Some(url) if !url.starts_with("https://") => warn(
            "--public-url does not begin with https://: readers' connections are not protected and \
             no Strict-Transport-Security is sent.",
        ),
        Some(_) => {}
    }
    if config.is_secure() && !config.trusted_proxy {
        warn(
            "--public-url is https, so a proxy must stand in front; without --trusted-proxy all \
             clients count as one, in the log and in the limits on guesses and suggestions.",
        );
    }
    if !config.listen.ip().is_loopback() && !config.is_secure() {
        warn("--listen is open to the network without TLS; put a reverse proxy in front.");
    }
    if config.has_secure_cookies() && !config.is_secure() {
        warn(
            "Nobody can log in: the site has an http address that is not this machine's own, and the \
             cookies of a log-in are for https only. Set --public-url to an https address.",
        );
    }
    if let Err(error) = mail::Mailer::new(config) {
        findings.faults.push(format!("Mail: {error:#}"));
    }
    let mut warn = |text: &str| findings.warnings.push(text.to_owned());
    if config.smtp_url.as_deref().is_some_and(mail::is_open) {
        warn("--smtp-url sends mails unprotected: begin it with smtps:// or add ?tls=required.");
    }
    if config.log_format == LogFormat::Text {
        findings
            .notes
            .push("Log lines are for people; a collector may prefer --log-format json.".to_owned());
    }
}
