-- Curated records are documents with a history: a record points at two of its revisions, `head`
-- (the newest text) and `live` (the text that readers see). Nothing is ever overwritten.
-- References between records are checked when importing and publishing, not by foreign keys,
-- since a draft may name a record that does not exist yet.

CREATE TABLE record (
    id     INTEGER NOT NULL PRIMARY KEY,
    kind   TEXT    NOT NULL CHECK (kind IN ('study', 'intervention', 'theme', 'question', 'page')),
    slug   TEXT    NOT NULL CHECK (slug <> ''),
    -- where the newest text stands in its life
    status TEXT    NOT NULL CHECK (status IN ('draft', 'in-review', 'published', 'withdrawn')),
    head   INTEGER NOT NULL CHECK (head >= 1),
    live   INTEGER CHECK (live BETWEEN 1 AND head),
    UNIQUE (kind, slug),
    CHECK (status <> 'published' OR live IS head),
    CHECK (status <> 'withdrawn' OR live IS NULL)
) STRICT;

CREATE TABLE revision (
    record INTEGER NOT NULL REFERENCES record (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    person INTEGER REFERENCES person (id), -- NULL: the command line
    time   TEXT    NOT NULL,               -- RFC 3339, UTC
    note   TEXT    NOT NULL DEFAULT '',
    body   TEXT    NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (record, number)
) STRICT;

-- A slug never dies: where a renamed record used to be found.
CREATE TABLE old_slug (
    kind   TEXT    NOT NULL,
    slug   TEXT    NOT NULL,
    record INTEGER NOT NULL REFERENCES record (id),
    PRIMARY KEY (kind, slug)
) STRICT;

-- Everything that changed what readers see, in order. Its newest number is the version of the
-- public collection: catalogue, index, page cache and ETags compare themselves with it.
CREATE TABLE change (
    number    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    what      TEXT    NOT NULL CHECK (what IN ('published', 'withdrawn', 'renamed', 'vocabulary', 'settings')),
    record    INTEGER REFERENCES record (id),
    revision  INTEGER,                        -- the one that went live
    person    INTEGER REFERENCES person (id), -- NULL: the command line
    time      TEXT    NOT NULL,
    reason    TEXT    NOT NULL DEFAULT '',    -- why it was withdrawn
    successor INTEGER REFERENCES record (id), -- where to go instead
    CHECK ((what IN ('vocabulary', 'settings')) = (record IS NULL)),
    CHECK ((what = 'published') = (revision IS NOT NULL)),
    FOREIGN KEY (record, revision) REFERENCES revision (record, number)
) STRICT;
CREATE INDEX change_of_record ON change (record);

-- Who did what, when. `detail` is JSON for people, never read back by code.
CREATE TABLE audit (
    id     INTEGER NOT NULL PRIMARY KEY,
    time   TEXT    NOT NULL,
    person INTEGER REFERENCES person (id),
    action TEXT    NOT NULL CHECK (action <> ''),
    record INTEGER REFERENCES record (id),
    detail TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(detail))
) STRICT;

CREATE TRIGGER revision_is_kept BEFORE UPDATE ON revision
BEGIN SELECT raise(ABORT, 'revisions are never changed'); END;
CREATE TRIGGER revision_stays BEFORE DELETE ON revision
BEGIN SELECT raise(ABORT, 'revisions are never deleted'); END;
CREATE TRIGGER record_stays BEFORE DELETE ON record
BEGIN SELECT raise(ABORT, 'records are withdrawn, never deleted'); END;
CREATE TRIGGER change_is_kept BEFORE UPDATE ON change
BEGIN SELECT raise(ABORT, 'changes are never changed'); END;
CREATE TRIGGER change_stays BEFORE DELETE ON change
BEGIN SELECT raise(ABORT, 'changes are never deleted'); END;
CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is never deleted'); END;
