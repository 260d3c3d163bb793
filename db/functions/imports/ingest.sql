-- Batches of records, one transaction: rows, rejects and checkpoints.
-- Runs as the user, so that row-level security checks every row; only the bookkeeping goes through DEFINER functions.
--
--   ingest, ingest_files  take a batch of one file, or batches of many small files
--   ingest_parts          files of one kind go on together; writes the checkpoints
--   ingest_records        tries all of it; what fails is split in eighths until the bad record is alone
--   ingest_batch          runs the targets of the kind and settles each record's outcome
--   insert_rows           inserts what one parser gives, plainly or with conflicts in mind
--   insert_statement      makes the INSERT for a parser and a table, from the catalog (parser_columns, natural_key)
--
-- A part (imports.part) is what a file has in a batch. A parser is called once for each part, since it is told the file.
-- Positions are looked up by (x IN (SELECT …)) IS TRUE: a plain IN may become a join, by a loop over 10,000 times 10,000 when
-- the planner takes the few for many.

CREATE OR REPLACE FUNCTION imports.ingest(
  p_file uuid, p_ordinals int8range, p_records text,
  p_positions bigint[] DEFAULT NULL,
  p_broken_ordinals bigint[] DEFAULT NULL, p_broken_reasons text[] DEFAULT NULL, p_broken_raws bytea[] DEFAULT NULL,
  OUT rows bigint, OUT duplicates bigint, OUT rejects bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_broken integer := coalesce(cardinality(p_broken_ordinals), 0);
  v_positions bigint[] := coalesce(p_positions, ARRAY(
    SELECT o FROM generate_series(lower(p_ordinals), upper(p_ordinals) - 1) AS o
     WHERE v_broken = 0 OR o <> ALL (p_broken_ordinals)));
BEGIN
  IF v_broken > 0 THEN
    PERFORM imports.add_rejects(array_fill(p_file, ARRAY[v_broken]), p_broken_ordinals, p_broken_reasons,
                                array_fill('LK101'::text, ARRAY[v_broken]), p_broken_raws);
  END IF;
  SELECT p.rows, p.rejects + v_broken INTO rows, rejects
    FROM imports.ingest_parts(ARRAY[(1, p_file, NULL, v_positions, NULL)::imports.part], ARRAY[p_records], ARRAY[p_ordinals], v_broken) AS p;
  duplicates := cardinality(v_positions) + v_broken - rows - rejects;
END
$$;
COMMENT ON FUNCTION imports.ingest(uuid, int8range, text, bigint[], bigint[], text[], bytea[]) IS
  'Ingests the records of a file that stand at p_ordinals (1-based, half-open): JSON texts joined by CR, comma, CR, in order. '
  'p_positions gives each record''s ordinal when they do not fill the range; p_broken_* are records that no decoder '
  'could turn into text. Gives the outcome as it is now; imports.finish_import recounts. '
  'LK302: another session took the range; LK303: range and records differ; LK307: no such file.';
GRANT EXECUTE ON FUNCTION imports.ingest(uuid, int8range, text, bigint[], bigint[], text[], bytea[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_files(
  p_files uuid[], p_ordinals int8range[], p_records text[], p_positions bigint[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_parts imports.part[] := '{}';
  v_ordinals bigint[];
  v_before integer := 0;  -- positions of the batches before
  v_count integer;
BEGIN
  FOR n IN 1 .. coalesce(cardinality(p_files), 0) LOOP
    IF p_positions IS NULL THEN
      v_ordinals := ARRAY(SELECT generate_series(lower(p_ordinals[n]), upper(p_ordinals[n]) - 1));
    ELSE
      v_count := cardinality(string_to_array(p_records[n], E'\r,\r'));
      v_ordinals := p_positions[v_before + 1 : v_before + v_count];
      v_before := v_before + v_count;
    END IF;
    v_parts := v_parts || (n, p_files[n], NULL, v_ordinals, NULL)::imports.part;
  END LOOP;
  PERFORM imports.ingest_parts(v_parts, p_records, p_ordinals);
END
$$;
COMMENT ON FUNCTION imports.ingest_files(uuid[], int8range[], text[], bigint[]) IS
  'Ingests batches of many small files at once, each as imports.ingest does: file, ordinals, records. p_positions: the '
  'ordinals of all the records, one after the other, when some do not fill their ranges. Either all of it is in, or nothing.';
GRANT EXECUTE ON FUNCTION imports.ingest_files(uuid[], int8range[], text[], bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_parts(
  p_parts imports.part[], p_texts text[], p_ordinals int8range[], p_broken bigint DEFAULT 0,
  OUT rows bigint, OUT rejects bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- Times become text in digests: the same text in every session.
SET timezone = 'UTC'
AS $$
DECLARE
  v_group record;
  v_outcome record;
  v_known bigint := 0;
BEGIN
  rows := 0;
  rejects := 0;
  FOR v_group IN
    -- In the order of files: the first one wins.
    SELECT k.kind, k.targets, f.archive_id,
           array_agg((p.batch, p.file_id, jsonb_build_object('path', f.path, 'product', f.product, 'exported_at', a.exported_at),
                      p.ordinals, NULL)::imports.part ORDER BY p.file_id, p_ordinals[p.batch]) AS parts,
           array_agg(p_texts[p.batch] ORDER BY p.file_id, p_ordinals[p.batch]) AS texts
      FROM unnest(p_parts) AS p
      JOIN imports.file AS f ON f.user_id = lake.current_user_id() AND f.id = p.file_id
      JOIN imports.archive AS a ON a.user_id = f.user_id AND a.id = f.archive_id
      JOIN imports.kind AS k ON k.kind = f.kind
     GROUP BY k.kind, k.targets, f.archive_id
  LOOP
    v_known := v_known + cardinality(v_group.parts);
    v_outcome := imports.ingest_records(v_group.targets, v_group.kind || ' ' || v_group.archive_id, v_group.parts, v_group.texts);
    PERFORM imports.take_batches(
      array_agg(p.file_id), array_agg(p_ordinals[p.batch]), array_agg(cardinality(p.ordinals) + p_broken),
      array_agg(CASE WHEN NOT v_outcome.took THEN coalesce(o.kept, 0) END), array_agg(coalesce(o.rejected, 0) + p_broken))
      FROM unnest(v_group.parts) AS p
      LEFT JOIN (SELECT c.batch, sum(c.kept)::bigint AS kept, sum(c.rejected)::bigint AS rejected FROM unnest(v_outcome.counts) AS c GROUP BY 1) AS o USING (batch);
    SELECT rows + coalesce(sum(c.kept)::bigint, 0), rejects + coalesce(sum(c.rejected)::bigint, 0) INTO rows, rejects FROM unnest(v_outcome.counts) AS c;
  END LOOP;
  IF v_known < cardinality(p_parts) THEN
    RAISE EXCEPTION 'there is no such file of a known kind' USING ERRCODE = 'LK307', HINT = 'Call imports.register_files first.';
  END IF;
END
$$;
COMMENT ON FUNCTION imports.ingest_parts(imports.part[], text[], int8range[], bigint) IS
  'Ingests batches, numbered from 1: their records, joined, stand in p_texts, the ordinals that they account for in p_ordinals; '
  'p_broken more records of the only one are rejects already. Gives records with rows kept, and records rejected now.';
GRANT EXECUTE ON FUNCTION imports.ingest_parts(imports.part[], text[], int8range[], bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_records(
  p_targets jsonb, p_source text, p_parts imports.part[], p_texts text[], OUT counts imports.outcome[], OUT took boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_state text;
  v_reason text;
  v_constraint text;
  v_records text[];
  v_parts imports.part[];
  v_texts text[];
  v_size integer;
  v_some record;
BEGIN
  BEGIN
    SELECT b.counts, b.took INTO counts, took FROM imports.ingest_batch(p_targets, p_source, p_parts, p_texts) AS b;
    RETURN;
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_reason = MESSAGE_TEXT, v_constraint = CONSTRAINT_NAME;
    -- Bad data, a broken rule, or a limit: the record's fault. Anything else is not, and stops the file.
    IF left(v_state, 2) NOT IN ('22', '23', '54') AND v_state NOT LIKE 'LK1%' THEN
      RAISE;
    END IF;
  END;

  IF cardinality(p_parts) = 1 THEN
    v_records := string_to_array(p_texts[1], E'\r,\r');
    IF cardinality(v_records) <> cardinality(p_parts[1].ordinals) THEN
      RAISE EXCEPTION '% records came for % ordinals', cardinality(v_records), cardinality(p_parts[1].ordinals)
        USING ERRCODE = 'LK303', HINT = 'Join the records by CR, comma, CR, and pass p_positions when they do not fill the range.';
    END IF;
    IF cardinality(v_records) = 1 THEN
      -- A constraint's message names the chunk it was found in, which is not the same in every run.
      IF v_constraint <> '' THEN
        v_reason := format('breaks the rule %s', regexp_replace(v_constraint, '^\d+_\d+_', ''));
      END IF;
      PERFORM imports.add_rejects(ARRAY[p_parts[1].file_id], p_parts[1].ordinals, ARRAY[v_reason], ARRAY[v_state],
                                  ARRAY[convert_to(v_records[1], 'UTF8')]);
      counts := ARRAY[(p_parts[1].batch, 0, 1)::imports.outcome];
      took := false;
      RETURN;
    END IF;
    v_size := greatest(1, cardinality(v_records) / 8);
    SELECT array_agg((p_parts[1].batch, p_parts[1].file_id, p_parts[1].context, p_parts[1].ordinals[i:i + v_size - 1], NULL)::imports.part ORDER BY i),
           array_agg(array_to_string(v_records[i:i + v_size - 1], E'\r,\r') ORDER BY i)
      INTO v_parts, v_texts
      FROM generate_series(1, cardinality(v_records), v_size) AS i;
    v_size := 1;
  ELSE
    v_parts := p_parts;
    v_texts := p_texts;
    v_size := greatest(1, cardinality(p_parts) / 8);
  END IF;

  counts := '{}';
  took := false;
  FOR v_first IN 1 .. cardinality(v_parts) BY v_size LOOP
    v_some := imports.ingest_records(p_targets, p_source, v_parts[v_first:v_first + v_size - 1], v_texts[v_first:v_first + v_size - 1]);
    counts := counts || v_some.counts;
    took := took OR v_some.took;
  END LOOP;
END
$$;
COMMENT ON FUNCTION imports.ingest_records(jsonb, text, imports.part[], text[]) IS
  'Ingests parts of one kind (the records of each joined by CR, comma, CR) as a whole or, where that fails because of the '
  'data, in eighths; a record that fails alone becomes a reject. Gives the outcome of each batch, where it has any (of one '
  'batch there may be several, to be added), and whether a row was taken over from another record.';
GRANT EXECUTE ON FUNCTION imports.ingest_records(jsonb, text, imports.part[], text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.ingest_batch(
  p_targets jsonb, p_source text, p_parts imports.part[], p_texts text[], OUT counts imports.outcome[], OUT took boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_parts imports.part[] := '{}';
  v_part imports.part;
  -- Of each part. The cast stands here, inside the caller's handler: NaN, \u0000 and deep nesting fail in it. Between
  -- brackets the records are an array as they are joined: a separator to be replaced would cost a twentieth of a load.
  v_records jsonb[] := ARRAY(SELECT ('[' || t || ']')::jsonb FROM unnest(p_texts) AS t);
  v_count bigint := 0;
  v_target jsonb;
  v_kept bigint[] := '{}';                  -- positions with a row held under them; NULL: all
  v_lacking bigint[];                       -- positions that no target has a row of; at first unknown
  v_rejects jsonb := '{}';                  -- reasons by position
  v_rest record;
  v_result record;
BEGIN
  FOR n IN 1 .. cardinality(p_parts) LOOP
    v_part := p_parts[n];
    IF jsonb_array_length(v_records[n]) <> cardinality(v_part.ordinals) THEN
      RAISE EXCEPTION 'a record holds a comma outside of its braces' USING ERRCODE = 'LK102';
    END IF;
    v_part.positions := ARRAY(SELECT generate_series(v_count + 1, v_count + cardinality(v_part.ordinals)));
    v_count := v_count + cardinality(v_part.ordinals);
    v_parts := v_parts || v_part;
  END LOOP;

  took := false;
  FOR v_target IN SELECT t FROM jsonb_array_elements(p_targets) AS t LOOP
    IF v_target ? 'apart' AND v_lacking IS NOT NULL THEN
      -- A record's row is in one table only: this one is offered what the last one had no row of.
      CONTINUE WHEN v_lacking = '{}';
      v_rest := imports.some_records(v_parts, v_records, v_lacking);
      v_result := imports.insert_rows(v_target, p_source, v_rest.parts, v_rest.records, v_lacking);
      v_kept := v_kept || coalesce(v_result.kept, v_lacking);
    ELSE
      v_result := imports.insert_rows(v_target, p_source, v_parts, v_records, v_lacking);
      -- Not array_cat: that takes NULL for nothing.
      v_kept := CASE WHEN v_kept IS NOT NULL AND v_result.kept IS NOT NULL THEN v_kept || v_result.kept END;
    END IF;
    v_lacking := v_result.lacking;
    v_rejects := v_rejects || v_result.rejects;
    took := took OR v_result.took;
  END LOOP;

  -- Every record has an outcome: one that no parser made anything of is a reject too.
  IF v_lacking <> '{}' THEN
    PERFORM imports.add_rejects(
      array_agg(p.file_id), array_agg(r.ordinal), array_agg(coalesce(v_rejects ->> r.position::text, 'nothing in this record is known to the parser')),
      array_agg('LK103'::text), array_agg(convert_to(r.text, 'UTF8')))
      FROM unnest(v_parts, p_texts) AS p(batch, file_id, context, ordinals, positions, texts),
           unnest(p.ordinals, p.positions, string_to_array(p.texts, E'\r,\r')) AS r(ordinal, position, text)
     WHERE (r.position IN (SELECT unnest(v_lacking))) IS TRUE;
  END IF;
  IF v_kept IS NULL THEN
    counts := ARRAY(SELECT (p.batch, cardinality(p.ordinals), 0)::imports.outcome FROM unnest(v_parts) AS p);
    RETURN;
  END IF;
  SELECT array_agg((g.batch, g.kept, g.rejected)::imports.outcome) INTO counts
    FROM (SELECT p.batch, count(*) FILTER (WHERE r.position IN (SELECT unnest(v_kept))) AS kept,
                 count(*) FILTER (WHERE r.position IN (SELECT unnest(v_lacking))) AS rejected
            FROM unnest(v_parts) AS p, unnest(p.positions) AS r(position) GROUP BY 1) AS g;
END
$$;
COMMENT ON FUNCTION imports.ingest_batch(jsonb, text, imports.part[], text[]) IS
  'Casts the records, runs each target''s parser and inserts its rows; records without any row become rejects. '
  'Fails as a whole when one record makes it fail.';
GRANT EXECUTE ON FUNCTION imports.ingest_batch(jsonb, text, imports.part[], text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.insert_rows(
  p_target jsonb, p_source text, p_parts imports.part[], p_records jsonb[], p_open bigint[],
  OUT kept bigint[], OUT lacking bigint[], OUT rejects jsonb, OUT took boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_several boolean := cardinality(p_parts) > 1;
  v_done boolean := false;
  v_clashes integer := coalesce((nullif(current_setting('lake.clashes', true), '')::jsonb ->> p_source)::integer, 0);
  v_rest bigint[];
BEGIN
  -- Most batches hold nothing that is there already, and a plain INSERT is a fifth faster. Where it meets a row, the
  -- batch is inserted with conflicts in mind, and so is the rest of an archive in which that happens again and again.
  IF v_clashes < 3 THEN
    BEGIN
      EXECUTE format('%s', imports.insert_statement(p_target, v_several, true)) INTO kept, took USING p_parts, p_records;
      v_done := true;
    EXCEPTION WHEN unique_violation THEN NULL;
    END;
  END IF;
  IF NOT v_done THEN
    IF v_clashes < 3 THEN
      PERFORM set_config('lake.clashes', (coalesce(nullif(current_setting('lake.clashes', true), ''), '{}')::jsonb
                                          || jsonb_build_object(p_source, v_clashes + 1))::text, false);
    END IF;
    EXECUTE format('%s', imports.insert_statement(p_target, v_several, false)) INTO kept, took USING p_parts, p_records;
  END IF;

  lacking := '{}';
  rejects := '{}';
  IF kept IS NULL OR p_open = '{}' THEN
    RETURN;
  END IF;
  SELECT coalesce(array_agg(r.at ORDER BY r.at), '{}') INTO v_rest
    FROM (SELECT unnest(p.positions) AS at FROM unnest(p_parts) AS p) AS r
   WHERE r.at NOT IN (SELECT unnest(kept)) AND (p_open IS NULL OR r.at IN (SELECT unnest(p_open)));
  IF v_rest <> '{}' THEN
    -- Duplicates or rejects? The parser says, asked about these alone: cheaper than keeping all that it gave.
    EXECUTE format($sql$
      WITH told AS MATERIALIZED (
        SELECT s.parts[f.n].positions[p.ordinal] AS at, min(p.reject) AS reason, bool_or(p.reject IS NULL) AS is_row
          FROM (SELECT $1, $2) AS s(parts, records), generate_subscripts($1, 1) AS f(n),
               LATERAL %s(s.records[f.n], s.parts[f.n].context) AS p
         GROUP BY 1
      )
      SELECT coalesce(array_agg(r.at ORDER BY r.at), '{}'),
             coalesce((SELECT jsonb_object_agg(t.at, t.reason) FROM told AS t WHERE NOT t.is_row), '{}')
        FROM unnest($3) AS r(at)
       WHERE r.at NOT IN (SELECT t.at FROM told AS t WHERE t.is_row)$sql$, p_target ->> 'parser')
      INTO lacking, rejects
      USING (SELECT s.parts FROM imports.some_records(p_parts, p_records, v_rest) AS s),
            (SELECT s.records FROM imports.some_records(p_parts, p_records, v_rest) AS s), v_rest;
  END IF;
END
$$;
COMMENT ON FUNCTION imports.insert_rows(jsonb, text, imports.part[], jsonb[], bigint[]) IS
  'Inserts what a target''s parser makes of the records of parts. Gives the positions with a row kept under their record (NULL: all), those '
  'that gave no row at all, and the parser''s reasons by position; the latter two of the positions p_open only, since a record '
  'with a row in another table needs none here (NULL: all). took: a row was taken over from another record. p_source (kind '
  'and archive) is what meets rows that are there again and again, or does not.';
GRANT EXECUTE ON FUNCTION imports.insert_rows(jsonb, text, imports.part[], jsonb[], bigint[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.some_records(
  p_parts imports.part[], p_records jsonb[], p_positions bigint[], OUT parts imports.part[], OUT records jsonb[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT array_agg((p.batch, p.file_id, p.context, s.ordinals, s.positions)::imports.part ORDER BY p.n), array_agg(s.records ORDER BY p.n)
    FROM unnest(p_parts) WITH ORDINALITY AS p(batch, file_id, context, ordinals, positions, n)
   CROSS JOIN LATERAL (SELECT array_agg(r.ordinal ORDER BY r.k) AS ordinals, array_agg(r.at ORDER BY r.k) AS positions,
                              jsonb_agg(p_records[p.n] -> (r.k - 1)::integer ORDER BY r.k) AS records
                         FROM unnest(p.ordinals, p.positions) WITH ORDINALITY AS r(ordinal, at, k)
                        WHERE (r.at IN (SELECT unnest(p_positions))) IS TRUE) AS s
   WHERE s.records IS NOT NULL
$$;
COMMENT ON FUNCTION imports.some_records(imports.part[], jsonb[], bigint[]) IS
  'Parts and their records, as far as they stand at some positions of the batch.';
GRANT EXECUTE ON FUNCTION imports.some_records(imports.part[], jsonb[], bigint[]) TO lake_user;

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

CREATE OR REPLACE FUNCTION imports.insert_statement(p_target jsonb, p_several boolean, p_plain boolean) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_table constant regclass := imports.holding_table(p_target);
  v_parser constant text := p_target ->> 'parser';
  v_key constant text[] := imports.natural_key(v_table);
  v_given text[] := imports.parser_columns(v_parser);
  v_list text := 'p.*';          -- what a row is made of
  v_taken text := 'WHERE p.reject IS NULL';
  v_order text := '';
  v_wins text := '(excluded.file_id, excluded.ordinal) < (t.file_id, t.ordinal)';
  v_change text;                 -- what a record brings along that meets a row
  v_told boolean;
BEGIN
  IF p_target ? 'state' THEN
    v_given := '{entity,ident,digest,scope,rank,seen,content}';
    v_list := format('p.ordinal, %L::text AS entity, p.ident, md5(c.content::text)::uuid AS digest, %L::text AS scope,
                      %L::smallint AS rank, ARRAY[(($1)[f.n].context ->> ''exported_at'')::timestamptz] AS seen, c.content',
                     split_part(p_target ->> 'table', '.', 2), p_target ->> 'scope', p_target ->> 'rank');
    -- A state that its table would not take is refused now: when the import ends, it could not be a reject any more.
    v_taken := format(', LATERAL (SELECT %s AS content) AS c
                       WHERE CASE WHEN p.reject IS NULL THEN (SELECT %s FROM jsonb_populate_record(NULL::%s, c.content)) END',
                      imports.state_content(v_parser), imports.rules((p_target ->> 'table')::regclass), p_target ->> 'table');
  ELSIF p_target ? 'coarse' THEN
    v_given := v_given || 'coarse'::text;
    v_list := format('p.*, %L::boolean AS coarse', p_target ->> 'coarse');
    v_wins := '(excluded.coarse, excluded.file_id, excluded.ordinal) < (t.coarse, t.file_id, t.ordinal)';
  ELSIF p_target ? 'newest' THEN
    v_order := '(($1)[lake_part]).file_id DESC,';
    v_wins := '(excluded.file_id, t.ordinal) > (t.file_id, excluded.ordinal)';
  END IF;
  -- Where a row says which exports told it, the one that loses adds its own.
  v_told := 'seen' = ANY (v_given);
  SELECT string_agg(format(CASE WHEN a.attname = 'seen' THEN 'seen = ARRAY(SELECT DISTINCT s FROM unnest(t.seen || excluded.seen) AS s ORDER BY s)'
                                WHEN v_told THEN '%1$I = CASE WHEN %2$s THEN excluded.%1$I ELSE t.%1$I END'
                                ELSE '%1$I = excluded.%1$I' END, a.attname, v_wins), ', ')
    INTO v_change
    FROM pg_attribute AS a
   WHERE a.attrelid = v_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
     AND a.attname <> ALL (v_key || 'user_id'::text);
  IF v_told THEN
    v_wins := format('t.file_id IS NOT NULL AND (NOT t.seen @> excluded.seen OR %s)', v_wins);
  END IF;

  -- user_id is given, since a column's default is worked out for each row, at 10 us. What is told of the only part is a
  -- constant, so that the parser need not work it out for each record.
  -- A batch is one row per key, in the order of the key: unsorted batches deadlock each other.
  RETURN format($sql$
    WITH kept AS (
      INSERT INTO %1$s AS t (user_id, %2$s, file_id, ordinal)
      SELECT (SELECT lake.current_user_id()), %2$s, (($1)[%12$s]).file_id, (($1)[%12$s]).ordinals[ordinal]
        FROM (SELECT DISTINCT ON (%3$s) %2$s, ordinal, lake_part
                FROM (SELECT f.n AS lake_part, %4$s FROM %5$s AS f(n), LATERAL %6$s(($2)[f.n], (($1)[f.n]).context) AS p %7$s) AS parsed
               ORDER BY %3$s, %8$s lake_part, ordinal) AS chosen
      %9$s
      RETURNING t.file_id, t.ordinal, %10$s AS took
    )
    SELECT CASE WHEN %11$s THEN ARRAY(
             SELECT r.at FROM unnest($1) AS p, unnest(p.ordinals, p.positions) AS r(ordinal, at)
              WHERE ((p.file_id, r.ordinal) IN (SELECT k.file_id, k.ordinal FROM kept AS k)) IS TRUE
              ORDER BY r.at) END,
           EXISTS (SELECT FROM kept AS k WHERE k.took AND k.file_id IN (SELECT p.file_id FROM unnest($1) AS p))$sql$,
    v_table,
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_given) AS c),
    (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_key) AS c WHERE c = ANY (v_given)),
    v_list,
    CASE WHEN p_several THEN 'generate_subscripts($1, 1)' ELSE '(VALUES (1))' END,
    v_parser,
    v_taken,
    v_order,
    CASE WHEN NOT p_plain THEN format('ON CONFLICT (user_id, %s) DO UPDATE SET %s WHERE %s',
      (SELECT string_agg(quote_ident(c), ', ') FROM unnest(v_key) AS c), v_change, v_wins) END,
    -- A new row has no xmax.
    CASE WHEN p_plain THEN 'false' ELSE 't.xmax <> 0' END,
    -- As many rows as records: nothing need be looked for.
    CASE WHEN p_plain AND NOT p_target ? 'many'
         THEN '(SELECT count(*) FROM kept) < (SELECT sum(cardinality(p.ordinals)) FROM unnest($1) AS p)' ELSE 'true' END,
    CASE WHEN p_several THEN 'lake_part' ELSE '1' END);
END
$$;
COMMENT ON FUNCTION imports.insert_statement(jsonb, boolean, boolean) IS
  'The INSERT that runs a target''s parser into its table, columns matched by name; $1 parts, $2 their records (p_several: more '
  'than one). Gives the positions of rows kept (NULL: all), and whether a row was taken over. On a conflict the lowest (file, ordinal) '
  'wins; with "coarse" a time known finely always wins over a coarse one; with "newest" the record of the newest export '
  'wins; a state (imports.settle_state) goes to user_data.version. A column "seen" gathers the exports that told a row. Rows '
  'that a user wrote have no file and stay. p_plain: without any of that, for rows that are not there yet.';
GRANT EXECUTE ON FUNCTION imports.insert_statement(jsonb, boolean, boolean) TO lake_user;
