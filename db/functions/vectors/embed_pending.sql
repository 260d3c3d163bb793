-- The texts that have no embedding yet get one: by the job in SQL, or from lakectl embed, which uses the library.
SET LOCAL ROLE lake_service;

-- DEFINER as lake_service: the job sees no user's rows.
CREATE OR REPLACE FUNCTION vectors.embed_pending(p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_users bigint[];
  v_ids   uuid[];
  v_texts text[];
BEGIN
  -- Every user who waits gets its share, so that nobody's million texts keep another one waiting.
  WITH RECURSIVE waiting(user_id) AS (
    (SELECT t.user_id FROM vectors.text t WHERE t.embedding IS NULL ORDER BY t.user_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.user_id FROM vectors.text t
            WHERE t.embedding IS NULL AND t.user_id > w.user_id ORDER BY t.user_id LIMIT 1)
    FROM waiting w WHERE w.user_id IS NOT NULL
  ), share(size) AS (
    SELECT greatest(p_limit / greatest(count(w.user_id), 1), 1) FROM waiting w
  )
  SELECT array_agg(p.user_id), array_agg(p.id), array_agg(p.text) INTO v_users, v_ids, v_texts
  FROM waiting w
  CROSS JOIN LATERAL (
    SELECT t.user_id, t.id, t.text FROM vectors.text t
    WHERE t.user_id = w.user_id AND t.embedding IS NULL
    ORDER BY t.id LIMIT (SELECT s.size FROM share s)
    FOR NO KEY UPDATE SKIP LOCKED
  ) p;

  UPDATE vectors.text t SET embedding = e.embedding
  FROM vectors.embed_texts(v_texts) e
  WHERE t.user_id = v_users[e.ordinal] AND t.id = v_ids[e.ordinal];
  RETURN coalesce(cardinality(v_ids), 0);
END
$$;
COMMENT ON FUNCTION vectors.embed_pending(integer) IS
  'Embeds about p_limit of the texts that wait, the same share of each user. Returns how many it took; 0: none waits.';
GRANT EXECUTE ON FUNCTION vectors.embed_pending(integer) TO lake_jobs;

-- DEFINER as lake_service: users may not write vectors.text; through this they set embeddings of their own texts.
CREATE OR REPLACE FUNCTION vectors.store_embeddings(p_ids uuid[], p_embeddings ext.vector[]) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_stored integer;
BEGIN
  IF cardinality(p_ids) IS DISTINCT FROM cardinality(p_embeddings) THEN
    RAISE 'There are not as many embeddings as ids.' USING ERRCODE = 'LK112', HINT = 'Give one embedding for each id.';
  END IF;
  IF EXISTS (SELECT FROM unnest(p_embeddings) AS e(embedding)
             WHERE e.embedding IS NULL OR abs(ext.vector_norm(e.embedding) - 1) > 0.001) THEN
    RAISE 'An embedding must have length 1.' USING ERRCODE = 'LK113', HINT = 'Normalise it: ext.l2_normalize().';
  END IF;
  UPDATE vectors.text t SET embedding = e.embedding
  FROM unnest(p_ids, p_embeddings) AS e(id, embedding)
  WHERE t.user_id = lake.current_user_id() AND t.id = e.id AND t.embedding IS NULL;
  GET DIAGNOSTICS v_stored = ROW_COUNT;
  RETURN v_stored;
END
$$;
COMMENT ON FUNCTION vectors.store_embeddings(uuid[], ext.vector[]) IS
  'Sets the embeddings of own texts that have none. Returns how many; ids of nobody''s or somebody else''s texts are '
  'passed over.';
GRANT EXECUTE ON FUNCTION vectors.store_embeddings(uuid[], ext.vector[]) TO lake_user;
