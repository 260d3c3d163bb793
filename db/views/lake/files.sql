-- The account of every file.

CREATE OR REPLACE VIEW lake.files WITH (security_invoker = true) AS
SELECT i.export, a.name AS archive, f.path, f.product, f.kind, f.state, f.records, f.rows, f.duplicates, f.rejects,
       f.error, f.size_bytes, f.finished_at, f.id AS file_id, a.id AS archive_id, i.id AS import_id
  FROM imports.file AS f
  JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
  JOIN imports.import AS i ON i.user_id = a.user_id AND i.id = a.import_id
 -- A list that a document does not have is no file of its own.
 WHERE NOT (f.state = 'empty' AND right(f.id::text, 2) <> '00');
COMMENT ON VIEW lake.files IS
  'Every file of every archive you loaded, once per kind of record in it: records = rows + duplicates + rejects. '
  'State: pending, loading, done, failed (with error), empty, unrecognized (bytes kept), ignored (litter).';
GRANT SELECT ON lake.files TO lake_user;
