//! Merging one term into another: every record that uses it follows, and all of it can be undone.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::db::Conn;
use crate::records::audit::{Act, audit};
use crate::records::slug::Slug;
use crate::records::store::{self, BatchKind, What, announce};
use crate::vocabularies::coded::replace_term;
use crate::vocabularies::store as vocabulary_store;
use crate::vocabularies::usage::users;
use crate::vocabularies::vocabulary::{Entry, TermList};

/// Merges a term of a list into another one of it. Returns the batch that undoes it.
///
/// # Errors
/// When a term is not in the list or the disk refuses.
pub async fn merge(
    conn: &mut Conn,
    list: &TermList,
    from: &Entry,
    into: &Entry,
    act: Act,
) -> Result<i64> {
    let vocabulary = list.slug.as_str();
    let position = vocabulary_store::position(conn, vocabulary, &from.slug)
        .await?
        .context("no such term")?;
    let label = format!(
        "“{}” merged into “{}” ({})",
        from.label, into.label, list.label
    );
    let detail = json!({
        "vocabulary": vocabulary,
        "slug": from.slug,
        "label": from.label,
        "scope_note": from.scope_note,
        "position": position,
        "into": into.slug,
    });
    let batch = store::begin_batch(conn, BatchKind::MergeTerms, &label, &detail, act).await?;
    let users = users(conn, vocabulary, from.slug.as_str()).await?;
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let (old, new) = (from.slug.as_str(), into.slug.as_str());
    let change = |kind, body: &mut Value| replace_term(kind, body, vocabulary, old, new);
    let changed = store::rewrite_all(conn, &ids, change, &label, act).await?;
    store::add_items(conn, batch, &changed).await?;
    vocabulary_store::remove_term(conn, vocabulary, &from.slug).await?;
    announce(conn, What::Vocabularies, act).await?;
    let detail = json!({"batch": batch, "terms": label, "records": users.len()});
    audit(conn, "merged-terms", None, &detail, act).await?;
    Ok(batch)
}

/// Puts a merged term back, as its batch remembers it. The records are put back by the batch.
///
/// # Errors
/// When the batch remembers no term or the disk refuses.
pub async fn unmerge(conn: &mut Conn, detail: &Value, act: Act) -> Result<()> {
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    let entry = Entry {
        slug: text("slug")
            .and_then(Slug::parse)
            .context("no term to put back")?,
        label: text("label").context("no term to put back")?.to_owned(),
        scope_note: text("scope_note").unwrap_or_default().to_owned(),
    };
    let vocabulary = text("vocabulary").context("no vocabulary to put a term back to")?;
    let position = detail.get("position").and_then(Value::as_i64);
    vocabulary_store::insert_term(conn, vocabulary, &entry, position.unwrap_or(1)).await?;
    announce(conn, What::Vocabularies, act).await
}
