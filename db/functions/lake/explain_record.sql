-- Where a record went, and why.
--
--   imports.record_rows    rows that are held under a record
--   imports.record_rivals  rows of other records (or of the user) that stand where those of a record would
--   lake.explain_record    both, for people; lake.duplicate_reason says it in a sentence

CREATE OR REPLACE FUNCTION imports.key_of(p_target jsonb, p_row jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_object_agg(c.key, c.value)
    FROM jsonb_each(p_row) AS c
   WHERE c.key = ANY (CASE WHEN p_target ? 'state' THEN '{ident}' ELSE imports.natural_key((p_target ->> 'table')::regclass) END)
$$;
COMMENT ON FUNCTION imports.key_of(jsonb, jsonb) IS 'The natural key of a row that a target holds.';
GRANT EXECUTE ON FUNCTION imports.key_of(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.record_rows(p_file uuid, p_ordinal bigint, p_targets jsonb)
RETURNS TABLE (target jsonb, key jsonb)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_target jsonb;
BEGIN
  FOR v_target IN SELECT t FROM jsonb_array_elements(p_targets) AS t LOOP
    RETURN QUERY EXECUTE format(
      'SELECT $1, imports.key_of($1, to_jsonb(t)) FROM %s AS t WHERE t.user_id = $2 AND t.file_id = $3 AND t.ordinal = $4 %s',
      imports.holding_table(v_target),
      CASE WHEN v_target ? 'state' THEN format('AND t.entity = %L AND t.scope = %L AND t.rank = %s',
        split_part(v_target ->> 'table', '.', 2), v_target ->> 'scope', v_target ->> 'rank') END)
      USING v_target, lake.current_user_id(), p_file, p_ordinal;
  END LOOP;
END
$$;
COMMENT ON FUNCTION imports.record_rows(uuid, bigint, jsonb) IS 'The rows that targets of a kind hold under a record: target and natural key.';
GRANT EXECUTE ON FUNCTION imports.record_rows(uuid, bigint, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.record_rivals(p_record jsonb, p_targets jsonb, p_context jsonb)
RETURNS TABLE (target jsonb, key jsonb, file_id uuid, ordinal bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- Times become text in digests: as when they came in.
SET timezone = 'UTC'
AS $$
DECLARE
  v_target jsonb;
  v_given text[];
  v_parsed text;
  v_match text;
BEGIN
  FOR v_target IN SELECT t FROM jsonb_array_elements(p_targets) AS t LOOP
    v_given := imports.parser_columns(v_target ->> 'parser');
    IF v_target ? 'state' THEN
      v_parsed := format('SELECT p.reject, p.ident, md5(%s::text)::uuid AS digest FROM %s(jsonb_build_array($1), $2) AS p',
                         imports.state_content(v_target ->> 'parser'), v_target ->> 'parser');
      v_match := format('t.entity = %L AND t.ident = p.ident AND t.digest = p.digest', split_part(v_target ->> 'table', '.', 2));
    ELSE
      v_parsed := format('SELECT * FROM %s(jsonb_build_array($1), $2)', v_target ->> 'parser');
      -- A time known to the second means any time within that second.
      SELECT string_agg(CASE WHEN k = 'at' AND v_target ? 'coarse'
                             THEN 'date_bin(''1 second'', t.at, ''epoch'') = date_bin(''1 second'', p.at, ''epoch'')'
                             ELSE format('t.%1$I = p.%1$I', k) END, ' AND ')
        INTO v_match FROM unnest(imports.natural_key((v_target ->> 'table')::regclass)) AS k WHERE k = ANY (v_given);
    END IF;
    RETURN QUERY EXECUTE format(
      'SELECT $3, imports.key_of($3, to_jsonb(t)), t.file_id, t.ordinal FROM (%s) AS p JOIN %s AS t ON t.user_id = $4 AND %s WHERE p.reject IS NULL',
      v_parsed, imports.holding_table(v_target), v_match)
      USING p_record, p_context, v_target, lake.current_user_id();
  END LOOP;
END
$$;
COMMENT ON FUNCTION imports.record_rivals(jsonb, jsonb, jsonb) IS
  'The rows that stand where a record''s own would (targets of its kind, context of its file): target, natural key, and the '
  'record that holds each; no file: a user wrote it.';
GRANT EXECUTE ON FUNCTION imports.record_rivals(jsonb, jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION lake.explain_record(p_file uuid, p_ordinal bigint, p_record jsonb DEFAULT NULL)
RETURNS TABLE (outcome text, archive text, path text, kind text, parser text, entity text, key jsonb, reason text,
               held_by_path text, held_by_ordinal bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_file record;
BEGIN
  SELECT a.name AS archive, f.path, f.kind, f.records, k.targets,
         jsonb_build_object('path', f.path, 'product', f.product, 'exported_at', a.exported_at) AS context
    INTO v_file
    FROM imports.file AS f
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    JOIN imports.kind AS k ON k.kind = f.kind
   WHERE f.user_id = v_user AND f.id = p_file;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no file % of a known kind', p_file USING ERRCODE = 'LK307',
      HINT = 'lake.files lists your files; file_id stands in every row that came from one.';
  END IF;
  RETURN QUERY
    SELECT 'reject', v_file.archive, v_file.path, v_file.kind, NULL, NULL, NULL::jsonb,
           r.reason || coalesce(' (' || r.state || ')', ''), NULL, NULL::bigint
      FROM imports.reject AS r WHERE r.user_id = v_user AND r.file_id = p_file AND r.ordinal = p_ordinal;
  IF NOT FOUND THEN
    RETURN QUERY
      SELECT 'row', v_file.archive, v_file.path, v_file.kind, r.target ->> 'parser', r.target ->> 'table', r.key, NULL, NULL, NULL::bigint
        FROM imports.record_rows(p_file, p_ordinal, v_file.targets) AS r;
  END IF;
  IF NOT FOUND AND p_record IS NOT NULL THEN
    RETURN QUERY
      SELECT 'duplicate', v_file.archive, v_file.path, v_file.kind, r.target ->> 'parser', r.target ->> 'table', r.key,
             CASE WHEN r.file_id IS NULL THEN 'a row of your own stands there'
                  WHEN r.target ? 'state' THEN 'the same state was told before: the lower file and ordinal holds it'
                  WHEN r.target ? 'newest' THEN 'the newest export wins'
                  ELSE 'the lower file and ordinal wins' END, f.path, r.ordinal
        FROM imports.record_rivals(p_record, v_file.targets, v_file.context) AS r
        LEFT JOIN imports.file AS f ON f.user_id = v_user AND f.id = r.file_id;
  END IF;
  IF NOT FOUND AND p_ordinal BETWEEN 1 AND v_file.records THEN
    RETURN QUERY
      SELECT 'duplicate', v_file.archive, v_file.path, v_file.kind, NULL, NULL, NULL::jsonb,
             CASE WHEN p_record IS NULL THEN 'another record holds its rows; pass the record itself to learn which'
                  ELSE 'another source tells the same, in its own way' END, NULL, NULL::bigint;
  END IF;
END
$$;
COMMENT ON FUNCTION lake.explain_record(uuid, bigint, jsonb) IS
  'Says of a record (file_id and ordinal stand in every row, and in lake.rejects) what became of it: row (parser, table, '
  'natural key), reject (reason) or duplicate. For a duplicate pass the record itself as the third argument, and it '
  'says which file and ordinal hold the row. LK307: no such file of yours.';
GRANT EXECUTE ON FUNCTION lake.explain_record(uuid, bigint, jsonb) TO lake_user;
