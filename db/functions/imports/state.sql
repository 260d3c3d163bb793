-- State entities: what an export says of how things stand (contacts, notes, lists). A target with "state": true does not
-- insert into its table but into user_data.version, where each state is kept once with the exports that told it;
-- settle_state then makes the rows of the table from the newest ones. Nothing of it depends on the order of loading.
--   "scope"  the list that the things stand in, by default the kind: what a newer complete export of that list lacks is gone
--   "alone"  a file of it is one thing: one that cannot be read leaves that thing unknown, and not the list
--   "rank"   which of two files of one export is believed, by default 0, the lowest wins

CREATE OR REPLACE FUNCTION imports.holding_table(p_target jsonb) RETURNS regclass
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT (CASE WHEN p_target ? 'state' THEN 'user_data.version' ELSE p_target ->> 'table' END)::regclass $$;
COMMENT ON FUNCTION imports.holding_table(jsonb) IS 'The table in which a target''s rows have their provenance.';
GRANT EXECUTE ON FUNCTION imports.holding_table(jsonb) TO lake_user, lake_service;

CREATE OR REPLACE FUNCTION imports.refuse(p_rule text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'breaks the rule %', p_rule USING ERRCODE = 'check_violation', CONSTRAINT = p_rule;
END
$$;
COMMENT ON FUNCTION imports.refuse(text) IS 'Fails as a row does that breaks a constraint of this name.';
GRANT EXECUTE ON FUNCTION imports.refuse(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.rules(p_table regclass) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT 'CASE ' || string_agg(format('WHEN %s THEN imports.refuse(%L)', r.broken, r.name), ' ' ORDER BY r.name) || ' ELSE true END'
    FROM (SELECT format('NOT (%s)', pg_get_expr(c.conbin, c.conrelid)) AS broken, c.conname::text AS name
            FROM pg_constraint AS c WHERE c.conrelid = p_table AND c.contype = 'c'
           UNION ALL
          SELECT format('%I IS NULL', a.attname), format('%s_%s_not_null', c.relname, a.attname)
            FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE a.attrelid = p_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND a.attidentity = ''
             AND a.attname NOT IN ('user_id', 'ident')) AS r
$$;
COMMENT ON FUNCTION imports.rules(regclass) IS 'An expression over a table''s columns that is true, or fails where its rules would.';
GRANT EXECUTE ON FUNCTION imports.rules(regclass) TO lake_user;

CREATE OR REPLACE FUNCTION imports.state_content(p_parser text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format($sql$(SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}')
                        FROM jsonb_each(jsonb_build_object(%s)) AS e WHERE e.value <> 'null')$sql$,
    -- Types of extensions have no JSON of their own that they read back.
    string_agg(format(CASE WHEN c = 'pos' THEN '%1$L, p.%1$I::text' ELSE '%1$L, p.%1$I' END, c), ', '))
    FROM unnest(imports.parser_columns(p_parser)) AS c WHERE c <> 'ident'
$$;
COMMENT ON FUNCTION imports.state_content(text) IS
  'An expression for user_data.version.content over a row p of a parser. The same state is the same content.';
GRANT EXECUTE ON FUNCTION imports.state_content(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.told(p_user bigint) RETURNS TABLE (scope text, exported_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
-- A nested loop is what the planner takes for a few files; there may be 300,000.
SET enable_nestloop = off
AS $$
  -- A file given by itself is no export: what it lacks may stand in the next one.
  WITH archive AS MATERIALIZED (
    SELECT a.id, a.exported_at, a.error IS NOT NULL AS is_cut
      FROM imports.archive AS a
     WHERE a.user_id = p_user AND a.format <> 'file'
       -- One that was cut off does not count if it came again whole.
       AND (a.error IS NULL OR NOT EXISTS (SELECT FROM imports.archive AS b
                                            WHERE b.user_id = p_user AND b.exported_at = a.exported_at AND b.name = a.name AND b.error IS NULL))
  ), kind AS MATERIALIZED (
    SELECT DISTINCT k.kind, t ->> 'scope' AS scope, t ? 'alone' AS is_alone
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t WHERE t ? 'state'
  )
  SELECT k.scope, a.exported_at
    FROM imports.file AS f
    JOIN kind AS k ON k.kind = f.kind
    JOIN archive AS a ON a.id = f.archive_id
   WHERE f.user_id = p_user
   GROUP BY 1, 2
  HAVING bool_and(f.state IN ('done', 'empty') OR k.is_alone AND f.state = 'failed')
     -- What else was in it, nobody knows.
     AND NOT EXISTS (SELECT FROM archive AS c WHERE c.exported_at = a.exported_at AND c.is_cut)
$$;
COMMENT ON FUNCTION imports.told(bigint) IS
  'For each list of state entities, the exports that have it, complete as far as the lake knows: no file of it failed, except '
  'those of single things (imports.unread), and no archive was cut off.';
GRANT EXECUTE ON FUNCTION imports.told(bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.thing_path(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT regexp_replace(normalize(takeout.product_path(p_path), NFC), '\.[^./]*$', '') $$;
COMMENT ON FUNCTION imports.thing_path(text) IS 'What the file of a single thing is called in every export and in every format.';
GRANT EXECUTE ON FUNCTION imports.thing_path(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.unread(p_user bigint) RETURNS TABLE (scope text, exported_at timestamptz, path text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
-- As for imports.told.
SET enable_nestloop = off
AS $$
  SELECT DISTINCT k.scope, a.exported_at, imports.thing_path(f.path)
    FROM imports.file AS f
    JOIN (SELECT DISTINCT k.kind, t ->> 'scope' AS scope
            FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t WHERE t ? 'alone') AS k ON k.kind = f.kind
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
   WHERE f.user_id = p_user AND (f.state = 'failed' OR f.rejects > 0) AND a.format <> 'file'
$$;
COMMENT ON FUNCTION imports.unread(bigint) IS
  'Single things of which an export has a file that could not be read: it does not tell whether they are gone.';
GRANT EXECUTE ON FUNCTION imports.unread(bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.entities(p_user bigint, p_file uuid DEFAULT NULL) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  -- Users may write versions, too: a name that is no target's is no table.
  SELECT e.name
    FROM (SELECT DISTINCT split_part(t ->> 'table', '.', 2) AS name
            FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t WHERE t ? 'state') AS e
   WHERE EXISTS (SELECT FROM user_data.version AS v
                  WHERE v.user_id = p_user AND v.entity = e.name AND (p_file IS NULL OR v.file_id = p_file))
   ORDER BY 1
$$;
COMMENT ON FUNCTION imports.entities(bigint, uuid) IS
  'The state entities (tables in user_data) of which a user has versions, or has any from a file.';
GRANT EXECUTE ON FUNCTION imports.entities(bigint, uuid) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_state(p_import bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs minutes.
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_entity text;
  v_columns text[];
  v_told jsonb := (SELECT coalesce(jsonb_agg(t), '[]') FROM imports.told(v_user) AS t);
  v_unread jsonb := (SELECT coalesce(jsonb_agg(u), '[]') FROM imports.unread(v_user) AS u);
  v_exported_at timestamptz := (SELECT i.exported_at FROM imports.import AS i WHERE i.user_id = v_user AND i.id = p_import);
  v_scopes text[];  -- lists that the export has, as far as is known
BEGIN
  IF p_import IS NOT NULL THEN
    v_scopes := ARRAY(
      SELECT DISTINCT t ->> 'scope'
        FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
       WHERE t ? 'state' AND k.kind IN (SELECT f.kind FROM imports.archive AS a JOIN imports.file AS f ON f.user_id = v_user AND f.archive_id = a.id
                                         WHERE a.user_id = v_user AND a.exported_at = v_exported_at));
  END IF;
  FOR v_entity IN SELECT imports.entities(v_user) LOOP
    SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) INTO v_columns
      FROM pg_attribute AS a
     WHERE a.attrelid = format('user_data.%I', v_entity)::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attidentity = '' AND a.attname NOT IN ('user_id', 'ident', 'first_seen_at', 'last_seen_at', 'gone_at',
                                                    'file_id', 'ordinal');
    EXECUTE format($sql$
      WITH due AS MATERIALIZED (
        -- What stands in a list that this export has or had; what has no row, since a file was taken back.
        SELECT v.ident FROM user_data.version AS v WHERE v.user_id = $1 AND v.entity = $2 AND v.scope = ANY ($5)
         UNION ALL
        SELECT t.ident FROM %1$s AS t WHERE t.user_id = $1 AND t.gone_at = $6
         UNION ALL
        (SELECT v.ident FROM user_data.version AS v WHERE v.user_id = $1 AND v.entity = $2
         EXCEPT SELECT t.ident FROM %1$s AS t WHERE t.user_id = $1)
      ), chosen AS MATERIALIZED (
        SELECT DISTINCT ON (v.ident) v.ident, v.digest, v.scope, v.rank, v.file_id, v.ordinal,
               min(v.seen[1]) OVER (PARTITION BY v.ident) AS first_seen_at,
               v.seen[cardinality(v.seen)] AS last_seen_at
          FROM user_data.version AS v
         WHERE v.user_id = $1 AND v.entity = $2 AND ($5 IS NULL OR v.ident IN (SELECT d.ident FROM due AS d))
         ORDER BY v.ident, v.seen[cardinality(v.seen)] DESC, v.rank, v.file_id, v.ordinal, v.digest, v.scope
      ), gone AS MATERIALIZED (
        SELECT c.scope, c.last_seen_at, min(told.exported_at) AS gone_at
          FROM (SELECT DISTINCT scope, last_seen_at FROM chosen) AS c
          JOIN jsonb_to_recordset($3) AS told(scope text, exported_at timestamptz)
            ON told.scope = c.scope AND told.exported_at > c.last_seen_at
         GROUP BY 1, 2
      ), unread AS MATERIALIZED (
        SELECT c.ident, array_agg(u.exported_at) AS exports
          FROM chosen AS c
          JOIN imports.file AS f ON f.user_id = $1 AND f.id = c.file_id
          JOIN jsonb_to_recordset($4) AS u(scope text, exported_at timestamptz, path text)
            ON u.scope = c.scope AND u.path = imports.thing_path(f.path)
         -- Mostly there is nothing to look for.
         WHERE $4 <> '[]'
         GROUP BY 1
      ), ended AS (
        SELECT c.*, CASE WHEN u.ident IS NULL THEN g.gone_at
                         ELSE (SELECT min(told.exported_at) FROM jsonb_to_recordset($3) AS told(scope text, exported_at timestamptz)
                                WHERE told.scope = c.scope AND told.exported_at > c.last_seen_at AND told.exported_at <> ALL (u.exports)) END AS gone_at
          FROM chosen AS c
          LEFT JOIN gone AS g ON g.scope = c.scope AND g.last_seen_at = c.last_seen_at
          LEFT JOIN unread AS u ON u.ident = c.ident
      ), changed AS (
        SELECT c.*
          FROM ended AS c
          LEFT JOIN %1$s AS t ON t.user_id = $1 AND t.ident = c.ident
         -- What a user wrote has no file and stays. One record tells one state.
         WHERE t.ident IS NULL
            OR (t.file_id IS NOT NULL
                AND (t.first_seen_at, t.last_seen_at, t.gone_at, t.file_id, t.ordinal)
                    IS DISTINCT FROM (c.first_seen_at, c.last_seen_at, c.gone_at, c.file_id, c.ordinal))
      )
      INSERT INTO %1$s AS t (user_id, ident, first_seen_at, last_seen_at, gone_at, file_id, ordinal, %2$s)
      SELECT $1, c.ident, c.first_seen_at, c.last_seen_at, c.gone_at, c.file_id, c.ordinal, %3$s
        FROM changed AS c
        JOIN user_data.version AS v ON v.user_id = $1 AND v.entity = $2 AND v.ident = c.ident AND v.digest = c.digest
                                   AND v.scope = c.scope AND v.rank = c.rank,
             LATERAL jsonb_populate_record(NULL::%1$s, v.content) AS r
       ORDER BY c.ident
      ON CONFLICT (user_id, ident) DO UPDATE
         SET (first_seen_at, last_seen_at, gone_at, file_id, ordinal, %2$s)
           = ROW (excluded.first_seen_at, excluded.last_seen_at, excluded.gone_at, excluded.file_id, excluded.ordinal, %4$s)
       WHERE t.file_id IS NOT NULL$sql$,
      format('user_data.%I', v_entity),
      array_to_string(v_columns, ', '),
      (SELECT string_agg('r.' || c, ', ') FROM unnest(v_columns) AS c),
      (SELECT string_agg('excluded.' || c, ', ') FROM unnest(v_columns) AS c))
      USING v_user, v_entity, v_told, v_unread, v_scopes, v_exported_at;
  END LOOP;
END
$$;
COMMENT ON FUNCTION imports.settle_state(bigint) IS
  'Makes the acting user''s state entities from user_data.version: the state that the newest export tells, and whether a '
  'newer complete export no longer has the thing (gone_at). Of those that an import may have changed, or of all. Part of '
  'imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_state(bigint) TO lake_user;
