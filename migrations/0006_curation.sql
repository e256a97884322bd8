-- What curators do around a record beside writing it.

-- Steps in a record's life that readers do not see, and what colleagues say of it.
CREATE TABLE step (
    id       INTEGER NOT NULL PRIMARY KEY,
    record   INTEGER NOT NULL REFERENCES record (id),
    revision INTEGER NOT NULL, -- the newest text at that time
    person   INTEGER REFERENCES person (id),
    time     TEXT    NOT NULL,
    what     TEXT    NOT NULL CHECK (what IN ('submitted', 'sent-back', 'commented', 'discarded', 'restored')),
    comment  TEXT    NOT NULL DEFAULT '',
    CHECK (what NOT IN ('sent-back', 'commented') OR comment <> ''),
    FOREIGN KEY (record, revision) REFERENCES revision (record, number)
) STRICT;
CREATE INDEX step_of_record ON step (record);
CREATE TRIGGER step_is_kept BEFORE UPDATE ON step
BEGIN SELECT raise(ABORT, 'steps are never changed'); END;
CREATE TRIGGER step_stays BEFORE DELETE ON step
BEGIN SELECT raise(ABORT, 'steps are never deleted'); END;

-- What somebody has typed into a form and not saved: kept for them alone, never part of a record.
CREATE TABLE unsaved (
    person INTEGER NOT NULL REFERENCES person (id),
    form   TEXT    NOT NULL, -- path of the form
    seen   INTEGER NOT NULL, -- the revision that the form showed; 0 for a new record
    time   TEXT    NOT NULL,
    fields TEXT    NOT NULL CHECK (json_valid(fields)),
    PRIMARY KEY (person, form)
) STRICT;

-- Changes made to many records at once, which can be undone as a whole.
CREATE TABLE batch (
    id        INTEGER NOT NULL PRIMARY KEY,
    kind      TEXT    NOT NULL CHECK (kind IN ('import', 'bulk', 'merge-terms')),
    person    INTEGER REFERENCES person (id),
    time      TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    undone_at TEXT,
    undone_by INTEGER REFERENCES person (id),
    -- what else is to be put back: a merged term
    detail    TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;
CREATE TABLE batch_item (
    batch         INTEGER NOT NULL REFERENCES batch (id),
    record        INTEGER NOT NULL REFERENCES record (id),
    -- before and after; no head before: the batch made the record
    status_before TEXT,
    head_before   INTEGER,
    live_before   INTEGER,
    status_after  TEXT    NOT NULL,
    head_after    INTEGER NOT NULL,
    live_after    INTEGER,
    PRIMARY KEY (batch, record)
) STRICT;
CREATE INDEX batch_of_record ON batch_item (record);

CREATE TABLE suggestion (
    id         INTEGER NOT NULL PRIMARY KEY,
    time       TEXT    NOT NULL,
    work       TEXT    NOT NULL CHECK (work <> ''), -- a DOI, an address or a title
    why        TEXT    NOT NULL,
    email      TEXT    NOT NULL DEFAULT '',         -- erased when the suggestion is decided
    status     TEXT    NOT NULL CHECK (status IN ('waiting', 'accepted', 'merged', 'declined')),
    person     INTEGER REFERENCES person (id),      -- who decided
    decided_at TEXT,
    record     INTEGER REFERENCES record (id),      -- the draft, or the record that it joined
    reason     TEXT    NOT NULL DEFAULT ''
) STRICT;

-- A file of references on its way in, until someone has decided on each of them.
CREATE TABLE upload (
    id      INTEGER NOT NULL PRIMARY KEY,
    person  INTEGER NOT NULL REFERENCES person (id),
    time    TEXT    NOT NULL,
    name    TEXT    NOT NULL, -- what the curator calls it: a file name, shown and never used as a path
    format  TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    mapping TEXT    NOT NULL DEFAULT '' ,          -- columns of a CSV file
    status  TEXT    NOT NULL CHECK (status IN ('mapping', 'reading', 'ready', 'imported', 'discarded', 'failed')),
    done    INTEGER NOT NULL DEFAULT 0,
    total   INTEGER NOT NULL DEFAULT 0,
    message TEXT    NOT NULL DEFAULT '',
    faults  TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(faults)),
    batch   INTEGER REFERENCES batch (id)
) STRICT;
CREATE TABLE upload_reference (
    upload    INTEGER NOT NULL REFERENCES upload (id),
    number    INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    reference TEXT    NOT NULL CHECK (json_valid(reference)),
    remarks   TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(remarks)),
    matches   TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(matches)),
    choice    TEXT    NOT NULL CHECK (choice IN ('new', 'merge', 'skip')),
    record    INTEGER REFERENCES record (id), -- what it merges into, or became
    fields    TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(fields)), -- those that a merge takes over
    PRIMARY KEY (upload, number)
) STRICT;

-- A reference that looks like a record and is none: never asked again.
CREATE TABLE not_the_same (
    record    INTEGER NOT NULL REFERENCES record (id),
    reference TEXT    NOT NULL, -- its fingerprint
    person    INTEGER REFERENCES person (id),
    time      TEXT    NOT NULL,
    PRIMARY KEY (record, reference)
) STRICT;

-- What readers searched for in vain: words and counts, nothing about anyone.
CREATE TABLE vain_search (
    words TEXT    NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    day   TEXT    NOT NULL -- the latest
) STRICT;

-- What the link checker last saw.
CREATE TABLE link (
    url        TEXT    NOT NULL PRIMARY KEY,
    checked_at TEXT    NOT NULL,
    status     INTEGER,           -- of HTTP; NULL when there was no answer
    problem    TEXT    NOT NULL,  -- in words; empty when the link works
    failures   INTEGER NOT NULL   -- in a row
) STRICT;

-- Retraction notices that match studies of the collection by DOI.
CREATE TABLE retraction (
    record     INTEGER NOT NULL REFERENCES record (id),
    doi        TEXT    NOT NULL,
    nature     TEXT    NOT NULL, -- Retraction, Correction, Expression of concern
    date       TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    notice_doi TEXT    NOT NULL DEFAULT '',
    status     TEXT    NOT NULL CHECK (status IN ('found', 'confirmed', 'dismissed')),
    person     INTEGER REFERENCES person (id),
    time       TEXT    NOT NULL,
    PRIMARY KEY (record, nature, date)
) STRICT;
