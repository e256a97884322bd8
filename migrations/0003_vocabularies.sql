-- The lists that records are tagged with. Code knows the vocabularies, not their terms.

CREATE TABLE vocabulary (
    slug       TEXT    NOT NULL PRIMARY KEY,
    position   INTEGER NOT NULL,
    label      TEXT    NOT NULL CHECK (label <> ''),
    scope_note TEXT    NOT NULL
) STRICT;

CREATE TABLE term (
    vocabulary TEXT    NOT NULL REFERENCES vocabulary (slug),
    slug       TEXT    NOT NULL CHECK (slug NOT IN ('', 'any', 'not-reported', 'not-applicable')),
    position   INTEGER NOT NULL,
    label      TEXT    NOT NULL CHECK (label <> ''),
    scope_note TEXT    NOT NULL,
    PRIMARY KEY (vocabulary, slug)
) STRICT;

-- Groups of words and phrases that mean the same to someone who searches.
CREATE TABLE synonym (
    meaning INTEGER NOT NULL, -- the group
    words   TEXT    NOT NULL CHECK (words <> '' AND words = lower(words)),
    PRIMARY KEY (meaning, words)
) STRICT;
