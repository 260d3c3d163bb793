-- From text to vector, as the model's own library does it: cut into units, units into tokens by byte-pair
-- encoding, the mean of the tokens' vectors, length 1. Everything is read from the tables that deploy filled.

CREATE OR REPLACE FUNCTION vectors.split_unit(p_unit text) RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  c_longest CONSTANT integer := 100;
  v_characters text[];
  v_ids   integer[];   -- the tokens so far; NULL for a character that is none
  v_ranks integer[];   -- v_ranks[i]: rank of joining i and i + 1; NULL when they never join
  v_to    integer[];   -- what they join to
  v_rank  integer;
  v_id    integer;
  v_best  integer;
  v_at    integer;
  v_count integer;
  v_bytes bytea;
  v_result integer[] := ARRAY[]::integer[];
BEGIN
  -- Joining is quadratic in the length, and what is longer is not a word.
  IF length(p_unit) > c_longest THEN
    RETURN vectors.split_unit(left(p_unit, c_longest)) || vectors.split_unit(substr(p_unit, c_longest + 1));
  END IF;

  v_characters := string_to_array(p_unit, NULL);
  SELECT array_agg(t.id ORDER BY c.n) INTO v_ids
    FROM unnest(v_characters) WITH ORDINALITY AS c(character, n) LEFT JOIN vectors.token t ON t.token = c.character;
  v_count := cardinality(v_ids);
  SELECT array_agg(m.rank ORDER BY i), array_agg(m.id ORDER BY i) INTO v_ranks, v_to
    FROM generate_series(1, v_count - 1) AS i
    LEFT JOIN vectors.merge m ON m.left_id = v_ids[i] AND m.right_id = v_ids[i + 1];

  LOOP
    v_best := NULL;
    FOR i IN 1 .. v_count - 1 LOOP
      IF v_ranks[i] < v_best OR (v_best IS NULL AND v_ranks[i] IS NOT NULL) THEN
        v_best := v_ranks[i];
        v_at := i;
      END IF;
    END LOOP;
    EXIT WHEN v_best IS NULL;

    v_ids := v_ids[:v_at - 1] || v_to[v_at] || v_ids[v_at + 2:];
    v_characters := v_characters[:v_at - 1] || ''::text || v_characters[v_at + 2:];
    v_ranks := v_ranks[:v_at - 1] || v_ranks[v_at + 1:];
    v_to := v_to[:v_at - 1] || v_to[v_at + 1:];
    v_count := v_count - 1;
    FOR i IN greatest(v_at - 1, 1) .. least(v_at, v_count - 1) LOOP
      SELECT m.rank, m.id INTO v_rank, v_id
        FROM vectors.merge m WHERE m.left_id = v_ids[i] AND m.right_id = v_ids[i + 1];
      v_ranks[i] := v_rank;
      v_to[i] := v_id;
    END LOOP;
  END LOOP;

  FOR i IN 1 .. v_count LOOP
    IF v_ids[i] IS NOT NULL THEN
      v_result := v_result || v_ids[i];
    ELSE
      -- A character that the vocabulary lacks stands as its bytes.
      v_bytes := convert_to(v_characters[i], 'UTF8');
      FOR b IN 0 .. length(v_bytes) - 1 LOOP
        v_result := v_result || (get_byte(v_bytes, b) + 3);
      END LOOP;
    END IF;
  END LOOP;
  RETURN v_result;
END
$$;
COMMENT ON FUNCTION vectors.split_unit(text) IS
  'Byte-pair encoding of one unit of a text (vectors.model.unit_pattern) to token ids; of units over 100 characters '
  'in pieces, which is where it may differ from the library.';
GRANT EXECUTE ON FUNCTION vectors.split_unit(text) TO lake_user, lake_service;

CREATE OR REPLACE FUNCTION vectors.embed_texts(p_texts text[])
RETURNS TABLE (ordinal bigint, embedding ext.vector)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  c_longest CONSTANT integer := 8000;
  v_pattern text;
BEGIN
  SELECT m.unit_pattern INTO v_pattern FROM vectors.model m;
  IF NOT FOUND THEN
    RAISE 'The embedding model is not loaded.' USING ERRCODE = 'LK308', HINT = 'lakectl deploy loads it.';
  END IF;

  RETURN QUERY
  WITH text_unit AS MATERIALIZED (
    SELECT t.ordinal, unit.match[1] AS unit
    FROM unnest(p_texts) WITH ORDINALITY AS t(text, ordinal)
    CROSS JOIN LATERAL unnest(
      -- The library takes these three, when they are written out in a text, for the model's control tokens.
      CASE WHEN t.text ~ '<(unk|s|/s)>'
        THEN ARRAY(SELECT s.match[1] FROM regexp_matches(
          left(t.text, c_longest), '<unk>|</?s>|(?:(?!<unk>|</?s>).)+', 'g') AS s(match))
        ELSE ARRAY[left(t.text, c_longest)]
      END) AS part(text)
    CROSS JOIN LATERAL regexp_matches(
      CASE WHEN part.text IN ('<unk>', '<s>', '</s>') THEN part.text
        ELSE U&'\2581' || replace(part.text, ' ', U&'\2581') END,
      v_pattern, 'g') AS unit(match)
    WHERE t.text ~ '\S'
  ), unit AS MATERIALIZED (
    SELECT u.unit,
      -- The vocabulary's own words are one token each, which saves most of the work.
      CASE WHEN t.id IS NOT NULL THEN ARRAY[t.id] ELSE vectors.split_unit(u.unit) END AS ids
    FROM (SELECT DISTINCT text_unit.unit FROM text_unit) u
    LEFT JOIN vectors.token t ON t.token = u.unit
  )
  SELECT u.ordinal, ext.l2_normalize(ext.avg(token.embedding))
  FROM text_unit u
  JOIN unit USING (unit)
  CROSS JOIN LATERAL unnest(unit.ids) AS piece(id)
  JOIN vectors.token ON token.id = piece.id
  GROUP BY u.ordinal;
END
$$;
COMMENT ON FUNCTION vectors.embed_texts(text[]) IS
  'The vectors of many texts at once, each with its position in the array; none for a NULL text or one of white '
  'space only. Of a long text the first 8,000 characters count.';
GRANT EXECUTE ON FUNCTION vectors.embed_texts(text[]) TO lake_user, lake_service;

CREATE OR REPLACE FUNCTION vectors.embed(p_text text) RETURNS ext.vector
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT e.embedding FROM vectors.embed_texts(ARRAY[p_text]) AS e);
END
$$;
COMMENT ON FUNCTION vectors.embed(text) IS
  'The meaning of a text as a vector of length 1 in 256 dimensions, the same as the model''s library gives; NULL for '
  'NULL or white space only. Of a long text the first 8,000 characters count.';
GRANT EXECUTE ON FUNCTION vectors.embed(text) TO lake_user, lake_service;
