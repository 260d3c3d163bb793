-- The registry of what is searched: sources.sql lists the columns, vectors.collect() reads them.

CREATE OR REPLACE FUNCTION vectors.register_source(
  p_entity text, p_relation text, p_text_columns text[], p_detail_columns text[], p_at_column text
) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO vectors.source (entity, relation, text_columns, detail_columns, at_column)
  VALUES (p_entity, p_relation, p_text_columns, p_detail_columns, p_at_column)
  ON CONFLICT (entity) DO UPDATE
    SET relation = excluded.relation, text_columns = excluded.text_columns,
        detail_columns = excluded.detail_columns, at_column = excluded.at_column
$$;
COMMENT ON FUNCTION vectors.register_source(text, text, text[], text[], text) IS
  'Makes columns of a table searchable: the text columns by words and by meaning, a line each, the first being the '
  'title; the details by words only. The table has the columns user_id and id; p_at_column, or NULL, says when. '
  'Called by deploy only.';
