-- How things stood at some time, as the exports tell it.

CREATE OR REPLACE FUNCTION lake.as_of(p_entity anyelement, p_at timestamptz) RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_table regclass := (SELECT t.typrelid FROM pg_type AS t WHERE t.oid = pg_typeof(p_entity));
  v_name text := (SELECT c.relname FROM pg_class AS c WHERE c.oid = v_table);
BEGIN
  IF NOT coalesce((SELECT c.relnamespace = 'user_data'::regnamespace FROM pg_class AS c WHERE c.oid = v_table), false)
     OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = v_table AND a.attname = 'gone_at') THEN
    RAISE EXCEPTION '% is no table of things that change between exports', pg_typeof(p_entity) USING ERRCODE = 'LK105',
      HINT = 'For example: SELECT * FROM lake.as_of(NULL::user_data.contact, ''2024-01-01'').';
  END IF;
  RETURN QUERY EXECUTE format($sql$
    WITH every AS MATERIALIZED (
      SELECT t.scope, t.exported_at FROM imports.told($1) AS t WHERE t.exported_at <= $3
    ), told AS MATERIALIZED (
      SELECT e.scope, max(e.exported_at) AS exported_at FROM every AS e GROUP BY 1
    ), unread AS MATERIALIZED (
      SELECT u.scope, u.exported_at, u.path FROM imports.unread($1) AS u
    ), chosen AS (
      SELECT DISTINCT ON (v.ident) v.ident, v.scope, v.content, v.file_id, v.ordinal, s.seen_at,
             min(v.seen[1]) OVER (PARTITION BY v.ident) AS first_seen_at
        FROM user_data.version AS v,
             LATERAL (SELECT max(u.at) AS seen_at FROM unnest(v.seen) AS u(at) WHERE u.at <= $3) AS s
       WHERE v.user_id = $1 AND v.entity = $2 AND s.seen_at IS NOT NULL
       ORDER BY v.ident, s.seen_at DESC, v.rank, v.file_id, v.ordinal
    )
    SELECT r.*
      FROM chosen AS c
      LEFT JOIN told ON told.scope = c.scope
      LEFT JOIN %1$s AS t ON t.user_id = $1 AND t.ident = c.ident,
           LATERAL jsonb_populate_record(NULL::%1$s, c.content || jsonb_build_object(
             'user_id', $1, 'id', t.id, 'ident', c.ident, 'first_seen_at', c.first_seen_at, 'last_seen_at', c.seen_at,
             'file_id', c.file_id, 'ordinal', c.ordinal)) AS r
     -- Gone by then: a newer export had the list without it.
     WHERE told.exported_at IS NULL OR c.seen_at >= told.exported_at
        -- Unless that could not be read.
        OR EXISTS (SELECT FROM unread)
       AND NOT EXISTS (SELECT FROM every AS e
                        WHERE e.scope = c.scope AND e.exported_at > c.seen_at
                          AND NOT EXISTS (SELECT FROM unread AS u JOIN imports.file AS f ON f.user_id = $1 AND f.id = c.file_id
                                           WHERE u.scope = e.scope AND u.exported_at = e.exported_at AND u.path = imports.thing_path(f.path)))$sql$, v_table)
    USING lake.current_user_id(), v_name, p_at;
END
$$;
COMMENT ON FUNCTION lake.as_of(anyelement, timestamptz) IS
  'The rows of a table of things that change (contact, note, task, subscription, playlist, saved_place …) as the newest '
  'export up to a time told them: SELECT * FROM lake.as_of(NULL::user_data.contact, ''2024-01-01''). What that export no '
  'longer had is not there. LK105: the table keeps no earlier states.';
GRANT EXECUTE ON FUNCTION lake.as_of(anyelement, timestamptz) TO lake_user;
