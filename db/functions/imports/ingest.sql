-- One batch of records, one transaction: rows, rejects and the checkpoint.
-- Runs as the user, so that row-level security checks every row; only the bookkeeping goes through DEFINER functions.
--
--   ingest           takes the range, hands the batch on, writes rejects and checkpoint
--   ingest_records   tries the batch as a whole; one that fails is split in eighths until the bad record is alone
--   ingest_batch     runs the targets of the kind and settles each record's outcome
--   insert_rows      inserts what one parser gives, plainly or with conflicts in mind
--   insert_statement makes the INSERT for a parser and a table, from the catalog (parser_columns, natural_key)

CREATE OR REPLACE FUNCTION imports.ingest(
  p_file uuid, p_ordinals int8range, p_records text,
  p_positions bigint[] DEFAULT NULL,
  p_broken_ordinals bigint[] DEFAULT NULL, p_broken_reasons text[] DEFAULT NULL, p_broken_raws bytea[] DEFAULT NULL,
  OUT rows bigint, OUT duplicates bigint, OUT rejects bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- Times become text in digests: the same text in every session.
SET timezone = 'UTC'
AS $$
DECLARE
  v_context jsonb;
  v_targets jsonb;
  v_broken bigint := coalesce(cardinality(p_broken_ordinals), 0);
  v_count bigint := coalesce(cardinality(p_positions), upper(p_ordinals) - lower(p_ordinals) - v_broken);
  v_outcome record;
BEGIN
  SELECT k.targets, jsonb_build_object('path', f.path, 'product', f.product, 'exported_at', a.exported_at)
    INTO v_targets, v_context
    FROM imports.file AS f
    JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
    JOIN imports.kind AS k ON k.kind = f.kind
   WHERE f.user_id = lake.current_user_id() AND f.id = p_file;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no file % of a known kind', p_file USING ERRCODE = 'LK307',
      HINT = 'Call imports.register_files first.';
  END IF;
  PERFORM imports.take_batch(p_file, p_ordinals, v_count + v_broken);
  rows := 0;
  rejects := v_broken;
  IF v_broken > 0 THEN
    PERFORM imports.add_rejects(p_file, p_broken_ordinals, p_broken_reasons,
                                array_fill('LK101'::text, ARRAY[v_broken::integer]), p_broken_raws);
  END IF;
  IF v_count > 0 THEN
    SELECT r.kept, r.rejected INTO v_outcome
      FROM imports.ingest_records(p_file, v_targets, v_context, p_records,
             coalesce(p_positions, (SELECT array_agg(o) FROM generate_series(lower(p_ordinals), upper(p_ordinals) - 1) AS o
                                     WHERE v_broken = 0 OR o <> ALL (p_broken_ordinals)))) AS r;
    rows := v_outcome.kept;
    rejects := rejects + v_outcome.rejected;
  END IF;
  duplicates := v_count + v_broken - rows - rejects;
  IF imports.clashes(p_file) = 0 THEN
    PERFORM imports.settle_batch(p_file, p_ordinals, rows);
  END IF;
END
$$;
COMMENT ON FUNCTION imports.ingest(uuid, int8range, text, bigint[], bigint[], text[], bytea[]) IS
  'Ingests the records of a file that stand at p_ordinals (1-based, half-open): JSON texts joined by CR, comma, CR, in order. '
  'p_positions gives each record''s ordinal when they do not fill the range; p_broken_* are records that no decoder '
  'could turn into text. Gives the outcome as it is now; imports.finish_import recounts. '
  'LK302: another session took the range; LK303: range and records differ; LK307: no such file.';
GRANT EXECUTE ON FUNCTION imports.ingest(uuid, int8range, text, bigint[], bigint[], text[], bytea[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_records(
  p_file uuid, p_targets jsonb, p_context jsonb, p_records text, p_ordinals bigint[],
  OUT kept bigint, OUT rejected bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_state text;
  v_reason text;
  v_constraint text;
  v_texts text[];
  v_size integer;
  v_part record;
BEGIN
  BEGIN
    SELECT b.kept, b.rejected INTO kept, rejected
      FROM imports.ingest_batch(p_file, p_targets, p_context, p_records, p_ordinals) AS b;
    RETURN;
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_reason = MESSAGE_TEXT, v_constraint = CONSTRAINT_NAME;
    -- Bad data, a broken rule, or a limit: the record's fault. Anything else is not, and stops the file.
    IF left(v_state, 2) NOT IN ('22', '23', '54') AND v_state NOT LIKE 'LK1%' THEN
      RAISE;
    END IF;
  END;

  v_texts := string_to_array(p_records, E'\r,\r');
  IF cardinality(v_texts) <> cardinality(p_ordinals) THEN
    RAISE EXCEPTION '% records came for % ordinals', cardinality(v_texts), cardinality(p_ordinals)
      USING ERRCODE = 'LK303', HINT = 'Join the records by CR, comma, CR, and pass p_positions when they do not fill the range.';
  END IF;
  IF cardinality(v_texts) = 1 THEN
    -- A constraint's message names the chunk it was found in, which is not the same in every run.
    IF v_constraint <> '' THEN
      v_reason := format('breaks the rule %s', regexp_replace(v_constraint, '^\d+_\d+_', ''));
    END IF;
    PERFORM imports.add_rejects(p_file, p_ordinals, ARRAY[v_reason], ARRAY[v_state],
                                ARRAY[convert_to(v_texts[1], 'UTF8')]);
    kept := 0;
    rejected := 1;
    RETURN;
  END IF;

  kept := 0;
  rejected := 0;
  v_size := greatest(1, cardinality(v_texts) / 8);
  FOR v_first IN 1 .. cardinality(v_texts) BY v_size LOOP
    SELECT r.kept, r.rejected INTO v_part
      FROM imports.ingest_records(p_file, p_targets, p_context,
             array_to_string(v_texts[v_first:v_first + v_size - 1], E'\r,\r'),
             p_ordinals[v_first:v_first + v_size - 1]) AS r;
    kept := kept + v_part.kept;
    rejected := rejected + v_part.rejected;
  END LOOP;
END
$$;
COMMENT ON FUNCTION imports.ingest_records(uuid, jsonb, jsonb, text, bigint[]) IS
  'Ingests records (joined by CR, comma, CR) as a whole or, where that fails because of the data, in eighths; a record that '
  'fails alone becomes a reject. Gives records with rows kept, and records rejected.';
GRANT EXECUTE ON FUNCTION imports.ingest_records(uuid, jsonb, jsonb, text, bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_batch(
  p_file uuid, p_targets jsonb, p_context jsonb, p_records text, p_ordinals bigint[],
  OUT kept bigint, OUT rejected bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- The cast stands here, inside the caller's handler: NaN, \u0000 and deep nesting fail in it. Between brackets the
  -- records are an array as they are joined: a separator to be replaced would cost a twentieth of a load.
  v_records jsonb := ('[' || p_records || ']')::jsonb;
  v_target jsonb;
  v_kept bigint[] := ARRAY[]::bigint[];     -- ordinals with a row held under this file
  v_lacking bigint[];                       -- positions in the batch that no target has a row of; at first unknown
  v_rejects jsonb := '{}'::jsonb;           -- reasons by position in the batch
  v_part bigint[];
  v_result record;
BEGIN
  IF jsonb_array_length(v_records) <> cardinality(p_ordinals) THEN
    RAISE EXCEPTION 'a record holds a comma outside of its braces' USING ERRCODE = 'LK102';
  END IF;
  FOR v_target IN SELECT t FROM jsonb_array_elements(p_targets) AS t LOOP
    -- Where a record's row is in one table only, the next table is offered what the last one had no row of.
    v_part := CASE WHEN v_target ? 'apart' THEN v_lacking END;
    CONTINUE WHEN cardinality(v_part) = 0;
    IF v_part IS NULL THEN
      v_result := imports.insert_rows(p_file, v_target, p_context, v_records, p_ordinals, v_lacking);
    ELSE
      v_result := imports.insert_rows(p_file, v_target, p_context, imports.some_records(v_records, v_part),
                                      ARRAY(SELECT p_ordinals[i] FROM unnest(v_part) AS i));
    END IF;
    v_kept := v_kept || v_result.kept;
    SELECT coalesce(array_agg(l.at ORDER BY l.at), '{}'), v_rejects || coalesce(jsonb_object_agg(l.at, l.reason), '{}')
      INTO v_lacking, v_rejects
      FROM (SELECT p.at, coalesce(v_result.rejects ->> i::text, v_rejects ->> p.at::text) AS reason
              FROM unnest(v_result.lacking) AS i, LATERAL (SELECT coalesce(v_part[i], i)) AS p(at)) AS l
     WHERE v_lacking IS NULL OR l.at = ANY (v_lacking);
  END LOOP;

  SELECT count(DISTINCT o) INTO kept FROM unnest(v_kept) AS o;
  -- Every record has an outcome: one that no parser made anything of is a reject too.
  rejected := cardinality(v_lacking);
  IF rejected > 0 THEN
    PERFORM imports.add_rejects(p_file, array_agg(p_ordinals[i]),
              array_agg(coalesce(v_rejects ->> i::text, 'nothing in this record is known to the parser')),
              array_agg('LK103'::text), array_agg(convert_to(t.texts[i], 'UTF8')))
       FROM unnest(v_lacking) AS i, (SELECT string_to_array(p_records, E'\r,\r')) AS t(texts);
  END IF;
END
$$;
COMMENT ON FUNCTION imports.ingest_batch(uuid, jsonb, jsonb, text, bigint[]) IS
  'Casts the records, runs each target''s parser and inserts its rows; records without any row become rejects. '
  'Fails as a whole when one record makes it fail.';
GRANT EXECUTE ON FUNCTION imports.ingest_batch(uuid, jsonb, jsonb, text, bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_rows(
  p_file uuid, p_target jsonb, p_context jsonb, p_records jsonb, p_ordinals bigint[], p_open bigint[] DEFAULT NULL,
  OUT kept bigint[], OUT lacking bigint[], OUT rejects jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_parser text := p_target ->> 'parser';
  v_statement text;
  v_clashes integer := imports.clashes(p_file);
  v_rest bigint[];
BEGIN
  -- Most batches hold nothing that is there already, and a plain INSERT is a fifth faster. Where it meets a row, the
  -- batch is inserted with conflicts in mind, and so is the rest of a file in which that happens again and again.
  IF v_clashes < 3 AND NOT p_target ? 'state' THEN
    BEGIN
      v_statement := imports.insert_statement(p_target, true);
      EXECUTE format('%s', v_statement) INTO kept USING p_records, p_context, p_file, p_ordinals;
    EXCEPTION WHEN unique_violation THEN NULL;
    END;
  END IF;
  IF kept IS NULL THEN
    PERFORM set_config('lake.clashes', p_file || ' ' || least(v_clashes + 1, 3), false);
    v_statement := CASE WHEN p_target ? 'state' THEN imports.state_statement(p_target)
                        ELSE imports.insert_statement(p_target, false) END;
    EXECUTE format('%s', v_statement) INTO kept USING p_records, p_context, p_file, p_ordinals;
  END IF;

  lacking := '{}';
  rejects := '{}';
  IF kept = p_ordinals OR p_open = '{}' THEN
    RETURN;
  END IF;
  SELECT array_agg(i ORDER BY i) INTO v_rest
    FROM generate_subscripts(p_ordinals, 1) AS i
   WHERE NOT EXISTS (SELECT FROM unnest(kept) AS k WHERE k = p_ordinals[i])
     AND (p_open IS NULL OR EXISTS (SELECT FROM unnest(p_open) AS o WHERE o = i));
  IF v_rest IS NOT NULL THEN
    -- Duplicates or rejects? The parser says, asked about these alone: cheaper than keeping all that it gave.
    EXECUTE format(
      'SELECT coalesce(array_agg(i ORDER BY i), ''{}''), coalesce(jsonb_object_agg(i, reason), ''{}'')
         FROM (SELECT r.i, min(p.reject) AS reason
                 FROM unnest($3) WITH ORDINALITY AS r(i, n)
                 LEFT JOIN %s($1, $2) AS p ON p.ordinal = r.n
                GROUP BY r.i
               HAVING NOT coalesce(bool_or(p.ordinal IS NOT NULL AND p.reject IS NULL), false)) AS rest', v_parser)
      INTO lacking, rejects USING imports.some_records(p_records, v_rest), p_context, v_rest;
  END IF;
END
$$;
COMMENT ON FUNCTION imports.insert_rows(uuid, jsonb, jsonb, jsonb, bigint[], bigint[]) IS
  'Inserts what a target''s parser makes of the records. Gives the ordinals with a row kept under this file, the '
  'positions of records that gave no row at all, and the parser''s reasons by position; the latter two of the positions '
  'p_open only, since a record with a row in another table needs none here (NULL: all).';
GRANT EXECUTE ON FUNCTION imports.insert_rows(uuid, jsonb, jsonb, jsonb, bigint[], bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.clashes(p_file uuid) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(substring(current_setting('lake.clashes', true) FROM p_file || ' (\d)$')::integer, 0)
$$;
COMMENT ON FUNCTION imports.clashes(uuid) IS
  'Batches of a file, up to 3, that this session inserted with conflicts in mind: it decides how the next ones are '
  'inserted, and whether rows must be recounted.';
GRANT EXECUTE ON FUNCTION imports.clashes(uuid) TO lake_user;

CREATE OR REPLACE FUNCTION imports.some_records(p_records jsonb, p_positions bigint[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_agg(e.record ORDER BY p.n)
    FROM unnest(p_positions) WITH ORDINALITY AS p(at, n)
    JOIN jsonb_array_elements(p_records) WITH ORDINALITY AS e(record, at) ON e.at = p.at
$$;
COMMENT ON FUNCTION imports.some_records(jsonb, bigint[]) IS 'The elements of an array that stand at some positions.';
GRANT EXECUTE ON FUNCTION imports.some_records(jsonb, bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.parser_columns(p_parser text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT array_agg(a.name)
    FROM pg_proc AS p, unnest(p.proargnames, p.proargmodes) AS a(name, mode)
   WHERE p.oid = format('%s(jsonb, jsonb)', p_parser)::regprocedure AND a.mode = 't'
     AND a.name NOT IN ('ordinal', 'reject')
$$;
COMMENT ON FUNCTION imports.parser_columns(text) IS 'The columns of the target that a parser gives.';
GRANT EXECUTE ON FUNCTION imports.parser_columns(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.natural_key(p_table regclass) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  -- Its unique constraint; a table without one is keyed by its primary key.
  SELECT array_agg(a.attname::text ORDER BY k.place) FILTER (WHERE a.attname <> 'user_id')
    FROM (SELECT c.conrelid, c.conkey FROM pg_constraint AS c
           WHERE c.conrelid = p_table AND c.contype IN ('u', 'p') ORDER BY c.contype DESC LIMIT 1) AS c
    CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
$$;
COMMENT ON FUNCTION imports.natural_key(regclass) IS 'The columns, besides user_id, by which a row of a table is the same row.';
GRANT EXECUTE ON FUNCTION imports.natural_key(regclass) TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_statement(p_target jsonb, p_plain boolean) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_table constant regclass := p_target ->> 'table';
  v_parser constant text := p_target ->> 'parser';
  v_given text[] := imports.parser_columns(v_parser);
  v_key text[] := imports.natural_key(v_table);
  v_others text[];             -- every column outside of the key, which a winner brings along
  v_wins text := '(excluded.file_id, excluded.ordinal) < (t.file_id, t.ordinal)';
BEGIN
  IF p_target ? 'coarse' THEN
    v_given := v_given || 'coarse'::text;
    v_wins := '(excluded.coarse, excluded.file_id, excluded.ordinal) < (t.coarse, t.file_id, t.ordinal)';
  ELSIF p_target ? 'newest' THEN
    v_wins := '(excluded.file_id, t.ordinal) > (t.file_id, excluded.ordinal)';
  END IF;
  SELECT array_agg(a.attname) INTO v_others
    FROM pg_attribute AS a
   WHERE a.attrelid = v_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
     AND a.attname <> ALL (v_key || ARRAY['user_id', 'file_id', 'ordinal']);

  -- user_id is given, since a column's default is worked out for each row, at 10 us.
  -- A batch is one row per key, in the order of the key: unsorted batches deadlock each other.
  RETURN format($sql$
    WITH kept AS (
      INSERT INTO %5$s AS t (user_id, %4$s, file_id, ordinal)
      SELECT (SELECT lake.current_user_id()), %4$s, $3, ($4)[ordinal]
        FROM (SELECT DISTINCT ON (%3$s) %4$s, ordinal
                FROM (SELECT %1$s * FROM %2$s($1, $2)) AS parsed
               WHERE reject IS NULL ORDER BY %3$s, ordinal) AS chosen
      %6$s
      RETURNING t.ordinal
    )
    SELECT coalesce((SELECT array_agg(DISTINCT ordinal) FROM kept), '{}')$sql$,
    CASE WHEN p_target ? 'coarse' THEN format('%L::boolean AS coarse,', p_target ->> 'coarse') END,
    v_parser,
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_key) AS c WHERE c = ANY (v_given)),
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_given) AS c),
    v_table,
    CASE WHEN NOT p_plain THEN format(
      'ON CONFLICT (user_id, %s) DO UPDATE
         SET (%s, file_id, ordinal) = ROW (%s, excluded.file_id, excluded.ordinal) WHERE %s',
      (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_key) AS c),
      (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_others) AS c),
      (SELECT string_agg('excluded.' || quote_ident(c), ', ') FROM unnest(v_others) AS c),
      v_wins) END);
END
$$;
COMMENT ON FUNCTION imports.insert_statement(jsonb, boolean) IS
  'The INSERT that runs a target''s parser into its table, columns matched by name; $1 records, $2 context, $3 file, $4 '
  'ordinals. Gives the ordinals of rows kept. On a conflict the lowest (file, ordinal) wins; with "coarse" a time known '
  'finely always wins over a coarse one; with "newest" the record of the newest export wins. Rows that a user wrote have '
  'no file and stay. p_plain: without any of that, for rows that are not there yet.';
GRANT EXECUTE ON FUNCTION imports.insert_statement(jsonb, boolean) TO lake_user;
