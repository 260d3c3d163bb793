-- Search by words and by meaning finds one's own texts, all that fit, and never another user's.
BEGIN;
SELECT plan(28);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
CREATE ROLE user_900003 IN ROLE lake_user;
CREATE ROLE user_900004 IN ROLE lake_user;

CREATE FUNCTION pg_temp.search_as(p_role text, p_query text, p_limit integer DEFAULT 20)
RETURNS TABLE (score real, at timestamptz, entity text, row_id bigint, title text, snippet text, occurrences bigint,
               match text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('role', p_role, true);
  RETURN QUERY SELECT * FROM lake.search(p_query, p_limit);
  PERFORM set_config('role', 'none', true);
END
$$;

CREATE FUNCTION pg_temp.plan_as_service(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_line text;
  v_plan text := '';
BEGIN
  PERFORM set_config('role', 'lake_service', true);
  FOR v_line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || p_sql LOOP
    v_plan := v_plan || v_line || E'\n';
  END LOOP;
  PERFORM set_config('role', 'none', true);
  RETURN v_plan;
END
$$;

-- User 900001 has nearly all of the texts, user 900002 half a percent of them.
INSERT INTO user_data.activity (user_id, at, ident, title)
SELECT 900001, timestamptz '2020-01-01 00:00Z' + n * interval '1 hour', gen_random_uuid(),
  'Item ' || n || ' about ' || (ARRAY['gardening', 'steel', 'tax law', 'rivers', 'football'])[n % 5 + 1]
FROM generate_series(1, 2000) AS n;
INSERT INTO user_data.activity (user_id, at, ident, title, channel)
SELECT 900002, t.at, gen_random_uuid(), t.title, t.channel
FROM (VALUES
  (timestamptz '2024-03-01 18:00Z', 'How to fix a leaking bicycle tyre', 'Workshop'), ('2024-03-02Z', 'Dentist appointment', NULL),
  ('2024-03-03Z', 'Vegan curry recipe', NULL), ('2024-03-04Z', 'Train station in Munich', NULL),
  ('2024-03-05Z', 'Steuererklärung abgeben', NULL), ('2024-03-06Z', 'Steuererklärung abgeben', NULL),
  ('2024-03-07Z', 'Guitar lesson', NULL), ('2024-03-08Z', 'Flight to Lisbon', NULL),
  ('2024-03-09Z', '東京タワー', NULL)) AS t(at, title, channel);
INSERT INTO user_data.place (user_id, place_id, name, address)
VALUES (900002, 'p1', 'Noodle soup bar Menya', 'Schwabstraße 1, Stuttgart');
INSERT INTO user_data.place_visit (user_id, at, ident, name, address)
VALUES (900002, '2024-04-01 12:00Z', 'p1', 'Noodle soup bar Menya', 'Schwabstraße 1, Stuttgart');
INSERT INTO user_data.note (user_id, at, ident, title, body)
VALUES (900002, '2024-05-01Z', md5('n1')::uuid, 'Hike', 'We walked up the Wendelstein and swam in a lake.');
DO $$ BEGIN PERFORM vectors.collect(900001), vectors.collect(900002); END $$;
UPDATE vectors.text t SET embedding = e.embedding
FROM (SELECT array_agg(user_id) AS users, array_agg(id) AS ids, array_agg(text) AS texts
      FROM vectors.text WHERE user_id IN (900001, 900002)) AS all_texts
CROSS JOIN LATERAL vectors.embed_texts(all_texts.texts) AS e
WHERE t.user_id = all_texts.users[e.ordinal] AND t.id = all_texts.ids[e.ordinal];

-- Found
SELECT results_eq($$SELECT title, entity, at, occurrences, match
    FROM pg_temp.search_as('user_900002', 'where did we eat ramen') LIMIT 1$$,
  $$VALUES ('Noodle soup bar Menya', 'place_visit', timestamptz '2024-04-01 12:00Z', 2::bigint, 'meaning')$$,
  'by meaning alone, with the latest visit and how often the text stands somewhere');
SELECT results_eq($$SELECT title, match FROM pg_temp.search_as('user_900002', 'dentist') LIMIT 1$$,
  $$VALUES ('Dentist appointment', 'both')$$, 'by word and meaning');
SELECT is(title, 'Noodle soup bar Menya', 'by a word of the address, without its accents')
  FROM pg_temp.search_as('user_900002', 'schwabstrasse') LIMIT 1;
SELECT is(title, 'How to fix a leaking bicycle tyre', 'by the channel')
  FROM pg_temp.search_as('user_900002', 'workshop') LIMIT 1;
SELECT is(title, 'How to fix a leaking bicycle tyre', 'by another word for it')
  FROM pg_temp.search_as('user_900002', 'bike repair') LIMIT 1;
SELECT is(title, 'Hike', 'by a word in the body of a note') FROM pg_temp.search_as('user_900002', 'wendelstein') LIMIT 1;
SELECT ok(snippet LIKE '%Wendelstein%', 'the snippet shows the place in the text')
  FROM pg_temp.search_as('user_900002', 'wendelstein') LIMIT 1;
SELECT is(title, '東京タワー', 'in Japanese') FROM pg_temp.search_as('user_900002', '東京タワー') LIMIT 1;
SELECT is(occurrences, 2::bigint, 'a text that stands twice comes once')
  FROM pg_temp.search_as('user_900002', 'Steuererklärung') LIMIT 1;
SELECT is(at, timestamptz '2024-03-06Z', 'with its latest time')
  FROM pg_temp.search_as('user_900002', 'Steuererklärung') LIMIT 1;
SELECT ok(NOT EXISTS (SELECT FROM pg_temp.search_as('user_900002', '"bicycle station"') WHERE match <> 'meaning'),
  'a quoted phrase is one');
SELECT is(count(*), 10::bigint, 'half a percent of all texts, and still ten of ten')
  FROM pg_temp.search_as('user_900002', 'gardening', 10);
SELECT is(count(*), 20::bigint, 'the limit is kept') FROM pg_temp.search_as('user_900001', 'steel');
SELECT is(array_agg(score), array_agg(score ORDER BY score DESC), 'the best come first')
  FROM pg_temp.search_as('user_900001', 'steel');

-- Of so many texts the nearest come from the index, which also holds the 2,000 of user 900001.
INSERT INTO vectors.text (user_id, id, text)
SELECT 900003, md5('waiting ' || n)::uuid, 'waiting ' || n FROM generate_series(1, 50000) AS n;
INSERT INTO vectors.text (user_id, id, text, embedding)
SELECT 900003, md5(title)::uuid, title, vectors.embed(title)
FROM (SELECT 'Football match ' || n FROM generate_series(1, 150) AS n
      UNION ALL VALUES ('Ramen with friends'), ('Sushi and sake')) AS t(title);
INSERT INTO vectors.item (user_id, entity, row_id, text_id, at)
SELECT 900003, 'activity', row_number() OVER (), id, '2024-01-01Z' FROM vectors.text WHERE user_id = 900003;
SELECT set_eq($$SELECT title FROM pg_temp.search_as('user_900003', 'japanese food', 2)$$,
  ARRAY['Ramen with friends', 'Sushi and sake'], 'by meaning among 50,000 texts');
SELECT is(count(*), 10::bigint, 'and as many as asked for')
  FROM pg_temp.search_as('user_900003', 'gardening and steel', 10);
SELECT is(count(*), 152::bigint, 'also all that have an embedding')
  FROM pg_temp.search_as('user_900003', 'gardening and steel', 1000);

-- Isolation
SELECT ok(NOT EXISTS (SELECT FROM pg_temp.search_as('user_900002', 'gardening', 1000) WHERE title LIKE 'Item%'),
  'another''s texts are never found, by word or meaning');
SELECT is(count(*), 0::bigint, 'who has nothing finds nothing') FROM pg_temp.search_as('user_900004', 'dentist', 1000);
SELECT throws_ok($$SELECT * FROM pg_temp.search_as('lake_owner', 'dentist')$$, '42501', NULL, 'only users search');
SELECT throws_ok($$SELECT lake.search('dentist')$$, 'LK401', NULL, 'a superuser has no texts of its own');

-- Wrong use
SELECT throws_ok($$SELECT * FROM pg_temp.search_as('user_900002', NULL)$$, 'LK110', NULL, 'no query');
SELECT throws_ok($$SELECT * FROM pg_temp.search_as('user_900002', E' \n')$$, 'LK110', NULL, 'an empty query');
SELECT throws_ok($$SELECT * FROM pg_temp.search_as('user_900002', 'x', 0)$$, 'LK111', NULL, 'a limit of 0');
SELECT lives_ok($$SELECT * FROM pg_temp.search_as('user_900002', '''"|&!<->:* ( \ -- or or and -')$$,
  'odd signs are no syntax error');

-- Plans of what stands in lake.search(), as the role it runs as
ANALYZE vectors.text;
SET LOCAL enable_seqscan = off;
SELECT matches(pg_temp.plan_as_service($$SELECT id FROM vectors.text t
    WHERE t.user_id = 900001 AND t.words @@ websearch_to_tsquery('vectors.words', '77')$$),
  'Bitmap Index Scan on text_words', 'words use their index');
SET LOCAL enable_sort = off;
SELECT matches(pg_temp.plan_as_service($$SELECT id FROM vectors.text t WHERE t.user_id = 900001 AND t.embedding IS NOT NULL
    ORDER BY t.embedding OPERATOR(ext.<=>) (SELECT embedding FROM vectors.token WHERE id = 300) LIMIT 100$$),
  'Index Scan using text_embedding', 'the meaning of many texts uses theirs');
SELECT matches(pg_temp.plan_as_service($$SELECT at FROM vectors.item i WHERE i.user_id = 900001
    AND i.text_id = '00000000-0000-0000-0000-000000000000' ORDER BY i.at DESC NULLS LAST LIMIT 1$$),
  'Index (Only )?Scan using item_text', 'the latest item of a text uses its index');

SELECT * FROM finish();
ROLLBACK;
