-- Records that gave no row.

CREATE OR REPLACE VIEW lake.rejects WITH (security_invoker = true) AS
SELECT a.name AS archive, f.path, f.product, f.kind, r.ordinal, r.reason, r.state, r.raw, r.file_id
  FROM imports.reject AS r
  JOIN imports.file AS f ON f.user_id = r.user_id AND f.id = r.file_id
  JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id;
COMMENT ON VIEW lake.rejects IS
  'Records that could not become rows, each with its place in the file (ordinal, from 1), the reason, the SQLSTATE '
  'where the database gave the reason, and the record itself (first MiB).';
GRANT SELECT ON lake.rejects TO lake_user;
