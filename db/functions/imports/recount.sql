-- The account, recomputed from where the rows say they come from.

CREATE OR REPLACE FUNCTION imports.kinds_of(p_tables regclass[]) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT k.kind FROM imports.kind AS k
   WHERE EXISTS (SELECT FROM jsonb_array_elements(k.targets) AS t WHERE imports.holding_table(t) = ANY (p_tables))
$$;
COMMENT ON FUNCTION imports.kinds_of(regclass[]) IS 'The kinds that have rows in one of the tables.';
GRANT EXECUTE ON FUNCTION imports.kinds_of(regclass[]) TO lake_user, lake_service;

CREATE OR REPLACE FUNCTION imports.count_rows(p_user bigint, p_tables regclass[] DEFAULT NULL) RETURNS TABLE (file_id uuid, rows bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- Statistics may know of other users only: a nested loop over 300,000 files would be a guess that costs hours.
SET enable_nestloop = off
AS $$
DECLARE
  v_simple text;  -- tables that hold one row per record
  v_many text;    -- tables where a record may have several, or that share a record or rows with something else
BEGIN
  WITH target AS (
    SELECT DISTINCT imports.holding_table(t) AS name,
           t ? 'many' OR (jsonb_array_length(k.targets) > 1 AND NOT t ? 'apart')
             -- Other rows of the table are made of versions, which count.
             OR (NOT t ? 'state' AND t ->> 'table' IN (SELECT s ->> 'table' FROM imports.kind AS o, jsonb_array_elements(o.targets) AS s
                                                        WHERE s ? 'state')) AS many, k.kind
      FROM imports.kind AS k, jsonb_array_elements(k.targets) AS t
     WHERE p_tables IS NULL OR k.kind IN (SELECT s.kind FROM imports.kinds_of(p_tables) AS s(kind))
  )
  SELECT string_agg(format(
           'SELECT r.file_id, count(*) AS n FROM %s AS r WHERE r.user_id = $1 AND r.file_id IS NOT NULL GROUP BY 1',
           name), ' UNION ALL ') FILTER (WHERE simple),
         string_agg(format(
           'SELECT DISTINCT r.file_id, r.ordinal FROM %s AS r JOIN imports.file AS f ON f.user_id = r.user_id AND f.id = r.file_id
             WHERE r.user_id = $1 AND f.kind = ANY (%L)', name, kinds), ' UNION ') FILTER (WHERE kinds IS NOT NULL)
    INTO v_simple, v_many
    FROM (SELECT name, bool_or(NOT many) AS simple, array_agg(kind) FILTER (WHERE many) AS kinds
            FROM target GROUP BY name) AS t;
  RETURN QUERY EXECUTE format(
    'WITH simple AS (SELECT s.file_id, sum(s.n)::bigint AS n FROM (%s) AS s GROUP BY 1),
          many AS (SELECT m.file_id, count(*) AS n FROM (%s) AS m GROUP BY 1)
     SELECT file_id, coalesce(many.n, simple.n) FROM simple FULL JOIN many USING (file_id)',
    coalesce(v_simple, 'SELECT NULL::uuid AS file_id, 0 AS n WHERE false'),
    coalesce(v_many, 'SELECT NULL::uuid AS file_id, 0 AS ordinal WHERE false')) USING p_user;
END
$$;
COMMENT ON FUNCTION imports.count_rows(bigint, regclass[]) IS
  'For each file of a user, how many of its records hold at least one row, counted from the rows themselves. With p_tables '
  'it counts files of imports.kinds_of(p_tables) only; what it gives for others is not all of theirs.';
GRANT EXECUTE ON FUNCTION imports.count_rows(bigint, regclass[]) TO lake_service;

CREATE OR REPLACE FUNCTION imports.recount(p_tables regclass[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_kinds text[];
BEGIN
  -- A kind that an older version of the lake knew may have rows anywhere.
  IF EXISTS (SELECT FROM imports.file AS f
              WHERE f.user_id = v_user AND f.kind IS NOT NULL AND NOT EXISTS (SELECT FROM imports.kind AS k WHERE k.kind = f.kind)) THEN
    p_tables := NULL;
  END IF;
  v_kinds := ARRAY(SELECT s.kind FROM imports.kinds_of(p_tables) AS s(kind));
  UPDATE imports.file AS f
     SET (rows, duplicates) = (c.rows, f.records - f.rejects - c.rows)
    FROM (SELECT f.id, coalesce(r.rows, 0) AS rows
            FROM imports.file AS f LEFT JOIN imports.count_rows(v_user, p_tables) AS r ON r.file_id = f.id
           WHERE f.user_id = v_user AND f.records > 0 AND (p_tables IS NULL OR f.kind = ANY (v_kinds))) AS c
   WHERE f.user_id = v_user AND f.id = c.id
     AND (f.rows, f.duplicates) IS DISTINCT FROM (c.rows, f.records - f.rejects - c.rows);
END
$$;
COMMENT ON FUNCTION imports.recount(regclass[]) IS
  'Sets rows and duplicates of the acting user''s files to what the rows say: of every file, or of those of kinds that '
  'have rows in some tables.';
GRANT EXECUTE ON FUNCTION imports.recount(regclass[]) TO lake_user;
