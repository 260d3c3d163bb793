-- The three shapes of an insert, for format(): 1 table, 2 columns given, 3 key columns given, 4 whole key,
-- 5 other columns, 6 their excluded values, 7 parser, 8 the column coarse, 9 other columns of an upgrade.
-- user_id is given, since a column's default is worked out for each row, at 10 us.
-- A batch is one row per key, in the order of the key: unsorted batches deadlock each other.

CREATE OR REPLACE FUNCTION imports.insert_template() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
  WITH parsed AS MATERIALIZED (
    SELECT * FROM %7$s($1, $2)
  ), chosen AS (
    SELECT DISTINCT ON (%3$s) %2$s, ordinal FROM parsed WHERE reject IS NULL ORDER BY %3$s, ordinal
  ), kept AS (
    INSERT INTO %1$s AS t (user_id, %2$s, file_id, ordinal)
    SELECT (SELECT lake.current_user_id()), %2$s, $3, ($4)[ordinal] FROM chosen ORDER BY %3$s
    ON CONFLICT (%4$s) DO UPDATE
      SET (%5$s, file_id, ordinal) = ROW (%6$s, excluded.file_id, excluded.ordinal)
      WHERE (excluded.file_id, excluded.ordinal) < (t.file_id, t.ordinal)
    RETURNING t.ordinal
  )
  SELECT coalesce((SELECT array_agg(ordinal) FROM kept), '{}') AS kept,
         coalesce((SELECT array_agg(DISTINCT ordinal) FROM parsed WHERE reject IS NULL), '{}') AS given,
         coalesce((SELECT jsonb_object_agg(ordinal, reject) FROM parsed WHERE reject IS NOT NULL), '{}') AS rejects
$sql$;
COMMENT ON FUNCTION imports.insert_template() IS
  'Most tables: a row per natural key, the lowest (file, ordinal) wins. Rows a user wrote have no file and stay.';
GRANT EXECUTE ON FUNCTION imports.insert_template() TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_coarse_template() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
  WITH parsed AS MATERIALIZED (
    SELECT %8$s * FROM %7$s($1, $2)
  ), chosen AS (
    SELECT DISTINCT ON (%3$s) %2$s, ordinal FROM parsed WHERE reject IS NULL ORDER BY %3$s, ordinal
  ), kept AS (
    INSERT INTO %1$s AS t (user_id, %2$s, file_id, ordinal)
    SELECT (SELECT lake.current_user_id()), %2$s, $3, ($4)[ordinal] FROM chosen AS c
     WHERE NOT EXISTS (SELECT FROM %1$s AS f
                        WHERE f.user_id = (SELECT lake.current_user_id()) AND f.ident = c.ident AND NOT f.coarse
                          AND f.at >= c.at AND f.at < c.at + interval '1 second')
     ORDER BY %3$s
    ON CONFLICT (%4$s) DO UPDATE
      SET (%5$s, file_id, ordinal) = ROW (%6$s, excluded.file_id, excluded.ordinal)
      WHERE t.coarse AND (excluded.file_id, excluded.ordinal) < (t.file_id, t.ordinal)
    RETURNING t.ordinal
  )
  SELECT coalesce((SELECT array_agg(ordinal) FROM kept), '{}') AS kept,
         coalesce((SELECT array_agg(DISTINCT ordinal) FROM parsed WHERE reject IS NULL), '{}') AS given,
         coalesce((SELECT jsonb_object_agg(ordinal, reject) FROM parsed WHERE reject IS NOT NULL), '{}') AS rejects
$sql$;
COMMENT ON FUNCTION imports.insert_coarse_template() IS
  'Events known to the second (HTML): one that is there already with a finer time, within that second, is not new. '
  'Runs under the exclusive lock of imports.lock_activity.';
GRANT EXECUTE ON FUNCTION imports.insert_coarse_template() TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_fine_template() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
  WITH parsed AS MATERIALIZED (
    SELECT %8$s * FROM %7$s($1, $2)
  ), chosen AS MATERIALIZED (
    SELECT DISTINCT ON (%3$s) %2$s, ordinal FROM parsed WHERE reject IS NULL ORDER BY %3$s, ordinal
  ), upgrade AS (
    SELECT DISTINCT ON (t.id) t.id AS upgraded_id, c.*
      FROM chosen AS c
      JOIN %1$s AS t ON t.user_id = (SELECT lake.current_user_id()) AND t.ident = c.ident AND t.coarse
                    AND t.at = date_bin('1 second', c.at, 'epoch')
     ORDER BY t.id, c.at
  ), upgraded AS (
    UPDATE %1$s AS t SET (at, %5$s, file_id, ordinal) = (u.at, %9$s, $3, ($4)[u.ordinal])
      FROM upgrade AS u
     WHERE t.user_id = (SELECT lake.current_user_id()) AND t.id = u.upgraded_id AND t.coarse
    RETURNING t.ident, t.at, t.ordinal
  ), inserted AS (
    INSERT INTO %1$s AS t (user_id, %2$s, file_id, ordinal)
    SELECT (SELECT lake.current_user_id()), %2$s, $3, ($4)[ordinal] FROM chosen AS c
     -- What was really upgraded, not what was meant to be: another batch may have been quicker.
     WHERE NOT EXISTS (SELECT FROM upgraded AS u WHERE u.ident = c.ident AND u.at = c.at)
     ORDER BY %3$s
    ON CONFLICT (%4$s) DO UPDATE
      SET (%5$s, file_id, ordinal) = ROW (%6$s, excluded.file_id, excluded.ordinal)
      WHERE (excluded.file_id, excluded.ordinal) < (t.file_id, t.ordinal)
    RETURNING t.ordinal
  )
  SELECT coalesce((SELECT array_agg(ordinal) FROM (SELECT ordinal FROM inserted UNION ALL
                                                   SELECT ordinal FROM upgraded) AS k), '{}') AS kept,
         coalesce((SELECT array_agg(DISTINCT ordinal) FROM parsed WHERE reject IS NULL), '{}') AS given,
         coalesce((SELECT jsonb_object_agg(ordinal, reject) FROM parsed WHERE reject IS NOT NULL), '{}') AS rejects
$sql$;
COMMENT ON FUNCTION imports.insert_fine_template() IS
  'Events known finely (JSON): one that is there already, known to its second only, takes on this time and this '
  'content. Runs under the shared lock of imports.lock_activity.';
GRANT EXECUTE ON FUNCTION imports.insert_fine_template() TO lake_user;
