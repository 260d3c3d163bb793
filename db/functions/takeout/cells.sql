-- Rows of tables whose columns differ between eras and languages: [["Header", "cell"], …]. A column is taken by its
-- English name where the file has it, else by its place or by what its cells look like.

CREATE OR REPLACE FUNCTION takeout.cells(p_record jsonb) RETURNS TABLE (cells text[], named jsonb)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT array_agg(c.cell ORDER BY c.place),
         jsonb_object_agg(lower(c.name), c.cell) FILTER (WHERE c.name <> '' AND c.cell <> '')
    FROM (SELECT p.pair ->> 0 AS name, btrim(p.pair ->> 1, E' \t\r\n') AS cell, p.place
            FROM jsonb_array_elements(CASE WHEN jsonb_typeof(p_record) = 'array' THEN p_record ELSE '[]' END)
                 WITH ORDINALITY AS p(pair, place)) AS c
$$;
COMMENT ON FUNCTION takeout.cells(jsonb) IS
  'The cells of a row in order, and the filled ones by their header in lower case.';
GRANT EXECUTE ON FUNCTION takeout.cells(jsonb) TO lake_user;
