//! Accounts on the command line, and the link that the first start prints.

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use serde_json::json;

use crate::app::App;
use crate::config::{Config, PersonCommand};
use crate::db::Db;
use crate::people::one_time::Purpose;
use crate::people::password::{self, Hasher};
use crate::people::person::{self, Person};
use crate::people::role::Role;
use crate::people::store;
use crate::records::audit::{Act, audit};
use crate::settings;

/// Prints the address at which the first administrator is made, while there is nobody. An earlier
/// start's address stops working.
pub async fn offer_first_administrator(app: &App) -> Result<()> {
    let mut transaction = app.db.begin().await?;
    if !store::is_deserted(&mut transaction).await? {
        return Ok(());
    }
    let purpose = Purpose::FirstAdministrator;
    let now = app.now();
    let token = store::add_link(&mut transaction, purpose, None, purpose.lasts(), now).await?;
    transaction.commit().await?;
    // Not a line of the log, which more people read and which is kept.
    eprintln!(
        "To make the first administrator, open {}{}",
        app.base_url,
        purpose.path(&token)
    );
    Ok(())
}

/// Runs one of the commands under `person`.
///
/// # Errors
/// When there is no such person, or what is asked for is refused.
pub async fn person(config: &Config, command: &PersonCommand) -> Result<()> {
    let db = Db::open(&config.data).await?;
    let done = match command {
        PersonCommand::Add {
            login,
            name,
            role,
            password_stdin,
        } => add(config, &db, login, name, *role, *password_stdin).await,
        PersonCommand::List => list(&db).await,
        PersonCommand::Disable { login } => disable(&db, login).await,
        PersonCommand::Reset {
            login,
            second_factor,
        } => reset(config, &db, login, *second_factor).await,
    };
    db.close().await;
    done
}

async fn add(
    config: &Config,
    db: &Db,
    login: &str,
    name: &str,
    role: Role,
    has_password: bool,
) -> Result<()> {
    let login = person::login(login)
        .context("a login is an e-mail address or a short name without blanks")?;
    let name = person::name(name).context("a name must not be empty or too long")?;
    let hash = if has_password {
        Some(read_password(config, db, &login, &name).await?)
    } else {
        None
    };
    let act = by_command();
    let mut transaction = db.begin().await?;
    let id = store::add(&mut transaction, &login, &name, role, act.time)
        .await?
        .with_context(|| format!("there is a person with the login {login} already"))?;
    let link = if let Some(hash) = &hash {
        store::set_password(&mut transaction, id, hash, None, act.time).await?;
        None
    } else {
        let purpose = Purpose::Invitation;
        let lasts = purpose.lasts();
        let token = store::add_link(&mut transaction, purpose, Some(id), lasts, act.time).await?;
        Some(purpose.path(&token))
    };
    store::forget_first_links(&mut transaction).await?;
    let detail = json!({"whom": format!("{name} ({login})"), "role": role.as_str()});
    audit(&mut transaction, "person-added", None, &detail, act).await?;
    transaction.commit().await?;
    match link {
        None => println!("{name} can log in as {login}."),
        Some(path) => println!(
            "{name} chooses a password for the login {login} at this address, once, {}:\n{}{path}",
            Purpose::Invitation.lasts_in_words(),
            config.base_url()
        ),
    }
    Ok(())
}

/// The first line of standard input, as a hash.
async fn read_password(config: &Config, db: &Db, login: &str, name: &str) -> Result<String> {
    let mut typed = String::new();
    let most = 4 * password::MAX_LENGTH as u64;
    std::io::stdin()
        .take(most)
        .read_to_string(&mut typed)
        .context("standard input holds no password")?;
    let typed = typed.lines().next().unwrap_or_default();
    let settings = settings::store::load(db, config).await?;
    if let Some(fault) = password::fault(typed, &[login, name, &settings.site_name]) {
        bail!("{fault}");
    }
    Hasher::new()?.hash(typed.to_owned()).await
}

async fn list(db: &Db) -> Result<()> {
    for account in store::accounts(db).await? {
        let Person {
            login, name, role, ..
        } = &account.person;
        let mut remarks = Vec::new();
        if account.person.is_disabled {
            remarks.push("disabled");
        } else if !account.has_password {
            remarks.push("invited, has no password yet");
        }
        if account.has_second_factor {
            remarks.push("second factor");
        }
        println!("{login}\t{name}\t{}\t{}", role.as_str(), remarks.join(", "));
    }
    Ok(())
}

async fn disable(db: &Db, login: &str) -> Result<()> {
    let person = find(db, login).await?;
    let act = by_command();
    let mut transaction = db.begin().await?;
    store::disable(&mut transaction, person.id, Some(act.time)).await?;
    ensure!(
        person.role != Role::Administrator || store::has_administrator(&mut transaction).await?,
        "no other administrator can log in; add one first"
    );
    let detail = json!({"whom": person.said()});
    audit(&mut transaction, "person-disabled", None, &detail, act).await?;
    transaction.commit().await?;
    println!("{} is logged out and cannot log in.", person.name);
    Ok(())
}

async fn reset(config: &Config, db: &Db, login: &str, second_factor: bool) -> Result<()> {
    let person = find(db, login).await?;
    ensure!(
        !person.is_disabled,
        "{login} is disabled; an administrator can let them in again"
    );
    let act = by_command();
    let has_password = store::credential(db, person.id).await?.password.is_some();
    let purpose = if has_password {
        Purpose::Password
    } else {
        Purpose::Invitation
    };
    let mut transaction = db.begin().await?;
    if second_factor {
        store::set_second_factor(&mut transaction, person.id, None, &[]).await?;
    }
    let lasts = purpose.lasts();
    let id = Some(person.id);
    let token = store::add_link(&mut transaction, purpose, id, lasts, act.time).await?;
    let detail = json!({"whom": person.said(), "second factor turned off": second_factor});
    audit(&mut transaction, "link-made", None, &detail, act).await?;
    transaction.commit().await?;
    println!(
        "{} chooses a new password at this address, once, {}:\n{}{}",
        person.name,
        purpose.lasts_in_words(),
        config.base_url(),
        purpose.path(&token)
    );
    Ok(())
}

async fn find(db: &Db, login: &str) -> Result<Person> {
    let login = person::login(login).unwrap_or_default();
    store::find_by_login(db, &login)
        .await?
        .with_context(|| format!("there is nobody with the login {login}"))
}

fn by_command() -> Act {
    Act {
        person: None,
        time: Timestamp::now(),
    }
}
