-- The published bodies as columns, for people with SQL tools (Datasette, R, a spreadsheet).
-- The application itself never reads these views. Lists are JSON arrays of slugs.

CREATE VIEW study AS
SELECT record.id, record.slug, revision.number AS version, revision.time AS updated,
       body ->> '$.title' AS title,
       (SELECT group_concat(rtrim(value ->> '$.family' || ', ' || coalesce(value ->> '$.given', ''), ', '), '; ')
          FROM json_each(body, '$.authors')) AS authors,
       body ->> '$.year' AS year,
       body ->> '$.publication_type' AS publication_type,
       body ->> '$.container_title' AS container_title,
       body ->> '$.publisher' AS publisher,
       body ->> '$.volume' AS volume, body ->> '$.issue' AS issue, body ->> '$.pages' AS pages,
       body ->> '$.doi' AS doi, body ->> '$.url' AS url, body ->> '$.open_access' AS open_access,
       CASE WHEN EXISTS (SELECT 1 FROM json_each(body, '$.countries') WHERE value = 'GB')
            THEN 'uk' ELSE 'international' END AS origin,
       body -> '$.countries' AS countries, body -> '$.uk_nations' AS uk_nations,
       body ->> '$.study_design' AS study_design,
       body -> '$.stages' AS stages,
       body ->> '$.sample_size' AS sample_size, body ->> '$.sample_description' AS sample_description,
       body -> '$.disadvantage_focus' AS disadvantage_focus,
       body -> '$.outcomes' AS outcomes, body -> '$.themes' AS themes,
       body -> '$.interventions' AS interventions,
       body ->> '$.summary' AS summary,
       body -> '$.key_findings' AS key_findings,
       body -> '$.implications_for_practice' AS implications_for_practice,
       body ->> '$.verified.level' AS verified
FROM record JOIN revision ON revision.record = record.id AND revision.number = record.live
WHERE kind = 'study';

CREATE VIEW intervention AS
SELECT record.id, record.slug, revision.number AS version, revision.time AS updated,
       body ->> '$.name' AS name, body ->> '$.summary' AS summary,
       body ->> '$.description' AS description, body -> '$.how_it_works' AS how_it_works,
       body ->> '$.who_delivers' AS who_delivers, body -> '$.setting' AS setting,
       body -> '$.stages' AS stages, body ->> '$.duration' AS duration,
       body ->> '$.cost' AS cost, body ->> '$.cost_note' AS cost_note,
       body -> '$.disadvantage_focus' AS disadvantage_focus, body -> '$.outcomes' AS outcomes,
       body -> '$.themes' AS themes, body ->> '$.available_in_uk' AS available_in_uk,
       body -> '$.implementation_tips' AS implementation_tips,
       body -> '$.studies' AS studies, body ->> '$.website' AS website
FROM record JOIN revision ON revision.record = record.id AND revision.number = record.live
WHERE kind = 'intervention';

CREATE VIEW theme AS
SELECT record.id, record.slug, revision.number AS version, revision.time AS updated,
       body ->> '$.title' AS title, body ->> '$.position' AS position,
       body ->> '$.summary' AS summary, body -> '$.key_messages' AS key_messages,
       body ->> '$.narrative' AS narrative
FROM record JOIN revision ON revision.record = record.id AND revision.number = record.live
WHERE kind = 'theme';

CREATE VIEW effect AS
SELECT record.slug AS study, item.key + 1 AS number,
       value ->> '$.outcome' AS outcome, value ->> '$.measure' AS measure,
       value ->> '$.metric' AS metric, value ->> '$.estimate' AS estimate,
       value ->> '$.ci_low' AS ci_low, value ->> '$.ci_high' AS ci_high,
       value ->> '$.standard_error' AS standard_error,
       value ->> '$.n_treatment' AS n_treatment, value ->> '$.n_control' AS n_control,
       value ->> '$.comparison' AS comparison, value ->> '$.follow_up' AS follow_up,
       value ->> '$.source' AS source
FROM record JOIN revision ON revision.record = record.id AND revision.number = record.live,
     json_each(body, '$.effects') AS item
WHERE kind = 'study';
