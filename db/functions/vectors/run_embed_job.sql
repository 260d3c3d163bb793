-- The job: collects the texts of users whose imports have ended, then embeds what waits, a portion a transaction.

CREATE OR REPLACE PROCEDURE vectors.run_embed_job(p_portion integer DEFAULT 2000)
LANGUAGE plpgsql
AS $$
DECLARE
  v_user bigint;
  v_fault text;
BEGIN
  FOR v_user IN SELECT u FROM vectors.uncollected_users() AS u LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '5s', true);
      PERFORM vectors.collect(v_user);
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
        -- The user is collecting, or keeps a transaction open: nobody else waits for it; the next run tries again.
        RAISE LOG 'vectors.collect: user_% is locked', v_user;
      WHEN OTHERS THEN
        -- Nor is anybody else without search because of one user's rows. A message may show these.
        v_fault := format('collecting the texts of user_%s failed (%s)', v_user, SQLSTATE);
    END;
    COMMIT;
  END LOOP;

  WHILE vectors.embed_pending(p_portion) > 0 LOOP
    COMMIT;
  END LOOP;
  IF v_fault IS NOT NULL THEN
    RAISE EXCEPTION '%', v_fault USING ERRCODE = 'LK309',
      HINT = 'Search is up to date for everybody else. SELECT vectors.collect_own() as that user says what is wrong.';
  END IF;
END
$$;
COMMENT ON PROCEDURE vectors.run_embed_job(integer) IS
  'Brings search up to date for everybody, committing as it goes; safe to stop at any point. Run by pg_cron.';
GRANT EXECUTE ON PROCEDURE vectors.run_embed_job(integer) TO lake_jobs;
