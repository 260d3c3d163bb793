-- The account, recomputed from where the rows say they come from.

CREATE OR REPLACE FUNCTION imports.count_rows(p_user bigint) RETURNS TABLE (file_id uuid, rows bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
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
  )
  SELECT string_agg(format(
           'SELECT r.file_id, count(*) AS n FROM %s AS r WHERE r.user_id = $1 AND r.file_id IS NOT NULL GROUP BY 1',
           name), ' UNION ALL ') FILTER (WHERE simple),
         string_agg(format(
           'SELECT r.file_id, r.ordinal FROM %s AS r JOIN imports.file AS f ON f.user_id = r.user_id AND f.id = r.file_id
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
COMMENT ON FUNCTION imports.count_rows(bigint) IS
  'For each file of a user, how many of its records hold at least one row, counted from the rows themselves.';
GRANT EXECUTE ON FUNCTION imports.count_rows(bigint) TO lake_service;

CREATE OR REPLACE FUNCTION imports.recount() RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  UPDATE imports.file AS f
     SET (rows, duplicates) = (c.rows, f.records - f.rejects - c.rows)
    FROM (SELECT f.id, coalesce(r.rows, 0) AS rows
            FROM imports.file AS f LEFT JOIN imports.count_rows(lake.current_user_id()) AS r ON r.file_id = f.id
           WHERE f.user_id = lake.current_user_id() AND f.records > 0) AS c
   WHERE f.user_id = lake.current_user_id() AND f.id = c.id
     AND (f.rows, f.duplicates) IS DISTINCT FROM (c.rows, f.records - f.rejects - c.rows);
$$;
COMMENT ON FUNCTION imports.recount() IS
  'Sets rows and duplicates of every file of the acting user to what the rows say.';
GRANT EXECUTE ON FUNCTION imports.recount() TO lake_user;
