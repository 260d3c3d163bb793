-- Where a record went, and why.

CREATE OR REPLACE FUNCTION lake.explain_record(p_file uuid, p_ordinal bigint, p_record jsonb DEFAULT NULL)
RETURNS TABLE (outcome text, archive text, path text, kind text, parser text, entity text, key jsonb, reason text,
               held_by_path text, held_by_ordinal bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_file record;
  v_reject record;
  v_target jsonb;
  v_table regclass;
  v_key text[];
  v_match text;
  v_found boolean := false;
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
  SELECT r.reason, r.state INTO v_reject FROM imports.reject AS r
   WHERE r.user_id = v_user AND r.file_id = p_file AND r.ordinal = p_ordinal;
  IF FOUND THEN
    RETURN QUERY SELECT 'reject', v_file.archive, v_file.path, v_file.kind, NULL, NULL, NULL::jsonb,
                        v_reject.reason || coalesce(' (' || v_reject.state || ')', ''), NULL, NULL::bigint;
    RETURN;
  END IF;

  FOR v_target IN SELECT t FROM jsonb_array_elements(v_file.targets) AS t LOOP
    v_table := imports.holding_table(v_target);
    v_key := imports.natural_key(v_table);
    RETURN QUERY EXECUTE format(
      'SELECT %L, $1, $2, $3, %L, %L, (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(to_jsonb(t)) AS c
                                         WHERE c.key = ANY ($4)), NULL, NULL, NULL::bigint
         FROM %s AS t WHERE t.user_id = $5 AND t.file_id = $6 AND t.ordinal = $7',
      'row', v_target ->> 'parser', v_target ->> 'table', v_table)
      USING v_file.archive, v_file.path, v_file.kind, v_key, v_user, p_file, p_ordinal;
    v_found := v_found OR FOUND;
  END LOOP;
  IF v_found THEN
    RETURN;
  END IF;

  IF p_record IS NULL THEN
    RETURN QUERY SELECT 'duplicate', v_file.archive, v_file.path, v_file.kind, NULL, NULL, NULL::jsonb,
                        'another record holds its rows; pass the record itself to learn which', NULL, NULL::bigint
                  WHERE p_ordinal BETWEEN 1 AND v_file.records;
    RETURN;
  END IF;
  FOR v_target IN SELECT t FROM jsonb_array_elements(v_file.targets) AS t LOOP
    v_table := imports.holding_table(v_target);
    -- A time known to the second means any time within that second.
    SELECT string_agg(CASE WHEN k = 'at' AND v_target ? 'coarse'
                           THEN 'date_bin(''1 second'', t.at, ''epoch'') = date_bin(''1 second'', p.at, ''epoch'')'
                           ELSE format('t.%1$I = p.%1$I', k) END, ' AND ')
      INTO v_match
      FROM unnest(imports.natural_key(v_table)) AS k
     WHERE k = ANY (imports.parser_columns(v_target ->> 'parser'));
    RETURN QUERY EXECUTE format(
      'SELECT %L, $1, $2, $3, %L, %L, (SELECT jsonb_object_agg(c.key, c.value) FROM jsonb_each(to_jsonb(t)) AS c
                                         WHERE c.key = ANY ($4)),
              CASE WHEN t.file_id IS NULL THEN %L ELSE %L END, f.path, t.ordinal
         FROM %s(jsonb_build_array($5), $6) AS p
         JOIN %s AS t ON t.user_id = $7 AND %s
         LEFT JOIN imports.file AS f ON f.user_id = t.user_id AND f.id = t.file_id
        WHERE p.reject IS NULL',
      'duplicate', v_target ->> 'parser', v_target ->> 'table', 'a row of your own stands there',
      'the lower file and ordinal wins', v_target ->> 'parser', v_table, v_match)
      USING v_file.archive, v_file.path, v_file.kind, imports.natural_key(v_table), p_record, v_file.context, v_user;
  END LOOP;
END
$$;
COMMENT ON FUNCTION lake.explain_record(uuid, bigint, jsonb) IS
  'Says of a record (file_id and ordinal stand in every row, and in lake.rejects) what became of it: row (parser, table, '
  'natural key), reject (reason) or duplicate. For a duplicate pass the record itself as the third argument, and it '
  'says which file and ordinal hold the row. LK307: no such file of yours.';
GRANT EXECUTE ON FUNCTION lake.explain_record(uuid, bigint, jsonb) TO lake_user;
