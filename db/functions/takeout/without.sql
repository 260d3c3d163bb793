-- What is left of a record when parts of it have columns.

CREATE OR REPLACE FUNCTION takeout.without(p_record jsonb, VARIADIC p_paths text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_text text;
  v_path text[];
BEGIN
  FOREACH v_text IN ARRAY p_paths LOOP
    v_path := string_to_array(v_text, '.');
    -- #- fails where a list stands instead of an object.
    IF jsonb_typeof(p_record #> v_path[:cardinality(v_path) - 1]) = 'object' THEN
      p_record := p_record #- v_path;
    END IF;
  END LOOP;
  RETURN p_record;
END
$$;
COMMENT ON FUNCTION takeout.without(jsonb, text[]) IS
  'A record without the keys at some paths (doc.title), as far as there are objects that have them.';
GRANT EXECUTE ON FUNCTION takeout.without(jsonb, text[]) TO lake_user;
