-- What readers see of each record, and since when. The application reads it in many places, and an
-- export, a feed and a page must not mean different times by it.
CREATE VIEW live_record AS
SELECT record.id, record.kind, record.slug, revision.number AS version, revision.body,
       (SELECT max(change.time) FROM change
         WHERE change.record = record.id AND change.what = 'published') AS time
  FROM record JOIN revision ON revision.record = record.id AND revision.number = record.live;
