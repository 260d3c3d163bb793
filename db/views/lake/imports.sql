-- Imports, their progress, and what happened.

CREATE OR REPLACE VIEW lake.import_progress WITH (security_invoker = true) AS
SELECT i.id AS import_id, i.export, i.exported_at, i.state, i.began_at, i.finished_at,
       count(DISTINCT a.id) AS archives, count(f.id) AS files,
       count(f.id) FILTER (WHERE f.state NOT IN ('pending', 'loading')) AS files_finished,
       coalesce(sum(f.size_bytes) FILTER (WHERE f.state NOT IN ('pending', 'loading')), 0)::bigint AS bytes_finished,
       coalesce(sum(f.records), 0)::bigint
         + coalesce(sum((SELECT sum(b.records) FROM imports.batch AS b
                          WHERE b.user_id = f.user_id AND b.file_id = f.id AND f.state = 'loading')), 0)::bigint AS records
  FROM imports.import AS i
  LEFT JOIN imports.archive AS a ON a.user_id = i.user_id AND a.import_id = i.id
  LEFT JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
 GROUP BY i.user_id, i.id;
COMMENT ON VIEW lake.import_progress IS 'Each of your imports: how far it is, in files, bytes and records, while it runs and after.';
GRANT SELECT ON lake.import_progress TO lake_user;

CREATE OR REPLACE VIEW lake.events WITH (security_invoker = true) AS
SELECT e.at, e.kind, e.detail FROM ops.event AS e WHERE e.user_id = (SELECT lake.current_user_id());
COMMENT ON VIEW lake.events IS 'What happened to your part of the lake: loads begun and ended, and their counts.';
GRANT SELECT ON lake.events TO lake_user;
