-- The registry of what is searched.
BEGIN;
SELECT plan(4);

SELECT set_has('SELECT entity FROM vectors.source', $$VALUES ('activity'), ('place'), ('place_visit'), ('note'), ('message')$$,
  'activities, places, visits, notes and messages are searched');
SELECT is(count(*), 0::bigint, 'every column of the registry exists')
  FROM vectors.source s
  CROSS JOIN LATERAL unnest(s.text_columns || s.detail_columns || s.at_column || ARRAY['user_id', 'id']) AS c(name)
  LEFT JOIN pg_attribute a ON a.attrelid = s.relation::regclass AND a.attname = c.name
  WHERE c.name IS NOT NULL AND a.attname IS NULL;
SELECT vectors.register_source('note', 'user_data.note', ARRAY['title'], ARRAY['body'], 'at');
SELECT is(detail_columns, ARRAY['body'], 'registering again replaces') FROM vectors.source WHERE entity = 'note';
SELECT is(vectors.joined_columns(ARRAY[]::text[]), $$left(nullif(concat_ws(E'\n', NULL), ''), 20000)$$,
  'no columns say nothing');

SELECT * FROM finish();
ROLLBACK;
