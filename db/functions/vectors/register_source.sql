-- The registry of what is searched: sources.sql lists the columns, vectors.collect() reads them.

CREATE OR REPLACE FUNCTION vectors.register_source(
  p_entity text, p_relation text, p_text_columns text[], p_at_column text DEFAULT NULL
) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO vectors.source (entity, relation, text_columns, at_column)
  VALUES (p_entity, p_relation, p_text_columns, p_at_column)
  ON CONFLICT (entity) DO UPDATE
    SET relation = excluded.relation, text_columns = excluded.text_columns, at_column = excluded.at_column
$$;
COMMENT ON FUNCTION vectors.register_source(text, text, text[], text) IS
  'Make columns of a table searchable: one text a row, a column a line, the first of them its title. The table has '
  'the columns user_id and id; p_at_column, if any, says when. Called by deploy only.';
