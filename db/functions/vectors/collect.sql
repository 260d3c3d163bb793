-- Which texts there are to search: vectors.text and vectors.item follow the tables of vectors.source, one user at
-- a time. The end is the same whatever came before, so it may run again, late, or twice.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION vectors.finished_imports(p_user bigint) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT md5(coalesce(string_agg(concat_ws(' ', i.id, extract(epoch FROM i.finished_at)), ',' ORDER BY i.id), ''))::uuid
  FROM imports.import i
  WHERE i.user_id = p_user AND i.finished_at IS NOT NULL
$$;
COMMENT ON FUNCTION vectors.finished_imports(bigint) IS 'Digest of a user''s finished imports; changes when one ends.';

CREATE OR REPLACE FUNCTION vectors.joined_columns(p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT format('left(nullif(concat_ws(E''\n'', %s), ''''), 20000)',
    coalesce(string_agg(format('nullif(btrim(%I), '''')', c.name), ', ' ORDER BY c.n), 'NULL'))
  FROM unnest(p_columns) WITH ORDINALITY AS c(name, n)
$$;
COMMENT ON FUNCTION vectors.joined_columns(text[]) IS
  'SQL for what the columns say, a line each; NULL where they say nothing.';

-- DEFINER as lake_service: users must not write texts or items of their own making, and the job has no rows at all.
CREATE OR REPLACE FUNCTION vectors.collect(p_user bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- After a large load statistics lag behind, and a nested loop over all of a user's rows takes hours.
SET enable_nestloop = off
AS $$
DECLARE
  v_sources text;
  v_new     bigint;
BEGIN
  -- Locks the user's row: two collections of one user at once could each remove what the other needs.
  INSERT INTO vectors.collection AS c (user_id, imports) VALUES (p_user, vectors.finished_imports(p_user))
    ON CONFLICT (user_id) DO UPDATE SET imports = excluded.imports;

  SELECT string_agg(format(
      'SELECT %L::text AS entity, id AS row_id, %s::timestamptz AS at, %s AS text, %s AS details '
      'FROM %s WHERE user_id = $1',
      s.entity, coalesce(quote_ident(s.at_column), 'NULL'),
      vectors.joined_columns(s.text_columns), vectors.joined_columns(s.detail_columns), s.relation::regclass),
      ' UNION ALL ')
    INTO v_sources FROM vectors.source s;

  EXECUTE format($sql$
    WITH stated AS (
      -- What has no title is known by its details: a place by its address.
      SELECT r.entity, r.row_id, r.at, coalesce(r.text, r.details) AS text,
        CASE WHEN r.text IS NULL THEN '' ELSE coalesce(r.details, '') END AS details
      FROM (%s) r
    ), found AS MATERIALIZED (
      SELECT s.*, md5(format('%%s %%s%%s', length(s.text), s.text, s.details))::uuid AS text_id
      FROM stated s WHERE s.text ~ '\S'
    ), new_text AS (
      INSERT INTO vectors.text (user_id, id, text, details)
      SELECT DISTINCT ON (f.text_id) $1, f.text_id, f.text, f.details
      FROM found f
      WHERE NOT EXISTS (SELECT FROM vectors.text t WHERE t.user_id = $1 AND t.id = f.text_id)
      ORDER BY f.text_id
      RETURNING 1
    ), new_item AS (
      INSERT INTO vectors.item AS i (user_id, entity, row_id, text_id, at)
      SELECT $1, f.entity, f.row_id, f.text_id, f.at
      FROM found f
      WHERE NOT EXISTS (SELECT FROM vectors.item i
        WHERE i.user_id = $1 AND i.entity = f.entity AND i.row_id = f.row_id AND i.text_id = f.text_id
          AND i.at IS NOT DISTINCT FROM f.at)
      ON CONFLICT (user_id, entity, row_id) DO UPDATE SET text_id = excluded.text_id, at = excluded.at
    ), old_item AS (
      DELETE FROM vectors.item i
      WHERE i.user_id = $1
        AND NOT EXISTS (SELECT FROM found f WHERE f.entity = i.entity AND f.row_id = i.row_id)
    )
    SELECT count(*) FROM new_text
    $sql$, v_sources) INTO v_new USING p_user;

  DELETE FROM vectors.text t
    WHERE t.user_id = p_user
      AND NOT EXISTS (SELECT FROM vectors.item i WHERE i.user_id = p_user AND i.text_id = t.id);
  RETURN v_new;
END
$$;
COMMENT ON FUNCTION vectors.collect(bigint) IS
  'Brings the searchable texts of a user up to date with its rows: adds, changes and removes. Returns how many texts '
  'are new. Of a long text the first 20,000 characters are searched.';
GRANT EXECUTE ON FUNCTION vectors.collect(bigint) TO lake_jobs;

-- DEFINER as lake_service: collect() is not granted to users, who may only name themselves.
CREATE OR REPLACE FUNCTION vectors.collect_own() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF lake.current_user_id() IS NULL THEN
    RAISE 'Only a lake user has texts of its own.' USING ERRCODE = 'LK401', HINT = 'Log in as a user_N role.';
  END IF;
  RETURN vectors.collect(lake.current_user_id());
END
$$;
COMMENT ON FUNCTION vectors.collect_own() IS 'vectors.collect() for the acting user.';
GRANT EXECUTE ON FUNCTION vectors.collect_own() TO lake_user;

-- DEFINER as lake_service: it looks at the imports of all users.
CREATE OR REPLACE FUNCTION vectors.uncollected_users() RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT u.user_id
  FROM (SELECT DISTINCT i.user_id FROM imports.import i WHERE i.finished_at IS NOT NULL) u
  LEFT JOIN vectors.collection c USING (user_id)
  WHERE c.imports IS DISTINCT FROM vectors.finished_imports(u.user_id)
$$;
COMMENT ON FUNCTION vectors.uncollected_users() IS 'Users of whom an import has ended since their texts were collected.';
GRANT EXECUTE ON FUNCTION vectors.uncollected_users() TO lake_jobs;
