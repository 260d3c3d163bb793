-- The lake's diary.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION ops.record_event(p_user_id bigint, p_kind text, p_detail jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE
-- DEFINER: events of every user, and of the lake itself, are written by jobs and by functions of the owner.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO ops.event (user_id, kind, detail) VALUES (coalesce(p_user_id, 0), p_kind, p_detail);
$$;
COMMENT ON FUNCTION ops.record_event(bigint, text, jsonb) IS
  'Writes down what happened to a user, or to the lake itself (NULL or 0). Ids and counts only, never payload. '
  'For functions of lake_owner and lake_service, and for jobs; users may not call it.';
GRANT EXECUTE ON FUNCTION ops.record_event(bigint, text, jsonb) TO lake_owner, lake_jobs;
