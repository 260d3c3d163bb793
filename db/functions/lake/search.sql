-- Search of one's own texts, by their words and by their meaning. Both lists are ranked each by itself and joined
-- by reciprocal rank fusion: what stands high in either comes first, what stands in both comes before.
SET LOCAL ROLE lake_service;
-- Loads the library, without which the setting below is unknown.
SELECT '[1]'::ext.vector;

-- DEFINER as lake_service: @@ and <=> are not leakproof, so that under the callers' policies no index could serve
-- them. Every query here filters user_id itself.
CREATE OR REPLACE FUNCTION lake.search(p_query text, p_limit integer DEFAULT 20)
RETURNS TABLE (
  score       real,
  at          timestamptz,
  entity      text,
  row_id      bigint,
  title       text,
  snippet     text,
  occurrences bigint,
  match       text
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
ROWS 20
SET search_path = pg_catalog, pg_temp
SET hnsw.iterative_scan = 'strict_order'
SET hnsw.ef_search = 200
AS $$
DECLARE
  c_query_length CONSTANT integer := 1000;
  -- Up to so many texts, comparing with each is as quick as the index, and exact.
  c_exact        CONSTANT integer := 50000;
  -- A word that stands in more texts than this says little: the rest is not ranked.
  c_word_matches CONSTANT integer := 10000;
  -- Of reciprocal rank fusion: how little it matters to be first of a list rather than second.
  c_smoothing    CONSTANT integer := 60;
  v_user       bigint := lake.current_user_id();
  v_candidates integer := greatest(2 * p_limit, 100);
  v_words      tsquery;
  v_any_word   tsquery;
  v_meaning    ext.vector;
  v_count      bigint;
  v_nearest    uuid[];
BEGIN
  IF v_user IS NULL THEN
    RAISE 'Only a lake user has something to search.' USING ERRCODE = 'LK401', HINT = 'Log in as a user_N role.';
  END IF;
  IF p_query IS NULL OR p_query !~ '\S' THEN
    RAISE 'The search query is empty.' USING ERRCODE = 'LK110', HINT = 'Give some words to look for.';
  END IF;
  IF length(p_query) > c_query_length THEN
    RAISE 'The search query is longer than % characters.', c_query_length
      USING ERRCODE = 'LK110', HINT = 'Give a sentence or some words to look for.';
  END IF;
  IF p_limit IS NULL OR p_limit NOT BETWEEN 1 AND 1000 THEN
    RAISE 'The limit of a search must be from 1 to 1000.' USING ERRCODE = 'LK111', HINT = 'The default is 20.';
  END IF;

  v_words := websearch_to_tsquery('vectors.words', p_query);
  -- A question rarely stands in a text with all its words: any of its telling words counts too, if less. Who
  -- quotes, excludes or says "or" has said what to look for.
  IF p_query !~* '"|(^|\s)-|\mor\M' THEN
    v_any_word := replace(plainto_tsquery('vectors.telling_words', p_query)::text, ' & ', ' | ')::tsquery;
    IF v_any_word = v_words THEN
      v_any_word := NULL;
    END IF;
  END IF;
  v_meaning := vectors.embed(p_query);

  SELECT count(*) INTO v_count
    FROM (SELECT FROM vectors.text t WHERE t.user_id = v_user LIMIT c_exact + 1) counted;
  IF v_count > c_exact THEN
    v_nearest := ARRAY(
      SELECT t.id FROM vectors.text t WHERE t.user_id = v_user AND t.embedding IS NOT NULL
      ORDER BY t.embedding OPERATOR(ext.<=>) v_meaning LIMIT v_candidates);
  END IF;
  -- The index gives up after a number of other users' texts; then, too, compare with each of one's own.
  IF v_nearest IS NULL OR cardinality(v_nearest) < v_candidates THEN
    v_nearest := ARRAY(
      SELECT t.id FROM vectors.text t WHERE t.user_id = v_user AND t.embedding IS NOT NULL
      ORDER BY (t.embedding OPERATOR(ext.<=>) v_meaning) + 0, t.id LIMIT v_candidates);
  END IF;

  RETURN QUERY
  WITH by_meaning AS (
    SELECT n.id, n.rank FROM unnest(v_nearest) WITH ORDINALITY AS n(id, rank)
  ), with_words AS MATERIALIZED (
    (SELECT t.id, 2 AS fit, ts_rank(t.words, v_words) AS relevance,
       t.embedding OPERATOR(ext.<=>) v_meaning AS distance
     FROM vectors.text t
     WHERE t.user_id = v_user AND t.words @@ v_words
     LIMIT c_word_matches)
    UNION ALL
    (SELECT t.id, 1, ts_rank(t.words, v_any_word), t.embedding OPERATOR(ext.<=>) v_meaning
     FROM vectors.text t
     WHERE t.user_id = v_user AND t.words @@ v_any_word AND NOT t.words @@ v_words
     LIMIT c_word_matches)
  ), by_words AS (
    SELECT w.id, row_number() OVER (ORDER BY w.fit DESC, w.relevance DESC, w.distance, w.id) AS rank
    FROM with_words w
    ORDER BY 2 LIMIT v_candidates
  ), found AS (
    SELECT id,
      coalesce(1.0 / (c_smoothing + w.rank), 0) + coalesce(1.0 / (c_smoothing + m.rank), 0) AS score,
      CASE WHEN m.id IS NULL THEN 'word' WHEN w.id IS NULL THEN 'meaning' ELSE 'both' END AS match
    FROM by_words w FULL JOIN by_meaning m USING (id)
    ORDER BY 2 DESC, 1 LIMIT p_limit
  )
  SELECT f.score::real, latest.at, latest.entity, latest.row_id,
    left(split_part(t.text, E'\n', 1), 200),
    ts_headline('vectors.words', concat_ws(E'\n', t.text, t.details), coalesce(v_any_word, v_words),
      'MaxFragments=2, MaxWords=25, MinWords=5, StartSel="", StopSel=""'),
    occurring.count, f.match
  FROM found f
  JOIN vectors.text t ON t.user_id = v_user AND t.id = f.id
  CROSS JOIN LATERAL (
    SELECT i.at, i.entity, i.row_id FROM vectors.item i WHERE i.user_id = v_user AND i.text_id = f.id
    ORDER BY i.at DESC NULLS LAST, i.entity, i.row_id LIMIT 1) latest
  CROSS JOIN LATERAL (
    SELECT count(*) FROM vectors.item i WHERE i.user_id = v_user AND i.text_id = f.id) occurring
  ORDER BY f.score DESC, f.id;
END
$$;
COMMENT ON FUNCTION lake.search(text, integer) IS
  'Your activities, places and notes that hold the words of a query or mean something like it, best first. Each text '
  'comes once, with its latest row (entity and row_id: the table in user_data and its id) and how often it occurs. '
  'Words are as in a web search: "quoted phrases", or, -without. match says whether the words, the meaning or both fit.';
GRANT EXECUTE ON FUNCTION lake.search(text, integer) TO lake_user;
