-- Texts that wait get their embeddings, each user's share at a time; users set those of their own texts only.
BEGIN;
SELECT plan(12);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;

CREATE FUNCTION pg_temp.run_as(p_role text, p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_result text;
BEGIN
  PERFORM set_config('role', p_role, true);
  EXECUTE p_sql INTO v_result;
  PERFORM set_config('role', 'none', true);
  RETURN v_result;
END
$$;

-- Whatever else waits on this server is out of the way for this transaction.
UPDATE vectors.text SET embedding = vectors.embed('x') WHERE embedding IS NULL;
INSERT INTO vectors.text (user_id, id, text)
SELECT 900001, md5('a' || n)::uuid, 'busy text ' || n FROM generate_series(1, 40) AS n;
INSERT INTO vectors.text (user_id, id, text) VALUES (900002, md5('b')::uuid, 'lonely text');

SELECT is(pg_temp.run_as('lake_jobs', 'SELECT vectors.embed_pending(10)'), '6', 'half of the portion for each user');
SELECT isnt(embedding, NULL, 'nobody waits for another''s many texts') FROM vectors.text WHERE user_id = 900002;
SELECT is(embedding, vectors.embed('lonely text'), 'the embedding is that of the text')
  FROM vectors.text WHERE user_id = 900002;
SELECT is(pg_temp.run_as('lake_jobs', 'SELECT vectors.embed_pending(1000)'), '35', 'the rest');
SELECT is(pg_temp.run_as('lake_jobs', 'SELECT vectors.embed_pending(1000)'), '0', 'nothing waits any more');
SELECT throws_ok($$SELECT pg_temp.run_as('user_900001', 'SELECT vectors.embed_pending(1)')$$, '42501', NULL,
  'users cannot run the job''s part');

UPDATE vectors.text SET embedding = NULL WHERE user_id IN (900001, 900002);
SELECT is(pg_temp.run_as('user_900001', $$SELECT vectors.store_embeddings(
    ARRAY[md5('a1')::uuid, md5('b')::uuid], ARRAY[vectors.embed('busy text 1'), vectors.embed('evil')])$$), '1',
  'a user sets the embedding of an own text');
SELECT is(embedding, NULL, 'and not of another''s') FROM vectors.text WHERE user_id = 900002;
SELECT is(pg_temp.run_as('user_900001', 'SELECT count(*) FROM vectors.text'), '40', 'a user sees its own texts only');
SELECT throws_ok($$SELECT pg_temp.run_as('user_900001', 'UPDATE vectors.text SET text = ''''')$$, '42501', NULL,
  'and cannot write them');
SELECT throws_ok($$SELECT pg_temp.run_as('user_900001', 'SELECT vectors.store_embeddings(ARRAY[gen_random_uuid()], NULL)')$$,
  'LK112', NULL, 'as many embeddings as ids');
SELECT throws_ok($$SELECT pg_temp.run_as('user_900001', 'SELECT vectors.store_embeddings(ARRAY[gen_random_uuid()],
    ARRAY[vectors.embed(''x'') OPERATOR(ext.+) vectors.embed(''x'')])')$$, 'LK113', NULL, 'embeddings have length 1');

SELECT * FROM finish();
ROLLBACK;
