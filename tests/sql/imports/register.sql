-- The registry: a document's kinds are what its file says, and names are believed before contents.
BEGIN;
SELECT plan(8);
SET LOCAL ROLE lake_owner;
CALL imports.register_document('tap', 'Tap', 'json', ARRAY['(^|/)tap\.json$'], '"tap"');
CALL imports.register_kind('tap_one', 'tap', 0, '{}', '[{"table": "user_data.item", "parser": "takeout.tap"}]');
CALL imports.register_kind('tap_two', 'tap', 1, '{}', '[{"table": "user_data.item", "parser": "takeout.tap"}]');
CALL imports.register_document('tap', 'Tap', 'json', ARRAY['(^|/)tap\.json$'], '"tap"');
CALL imports.register_kind('tap_one', 'tap', 0, '{"list": ["x"]}', '[{"table": "user_data.item", "parser": "takeout.tap", "state": true}]');
SELECT results_eq('SELECT kind, options FROM imports.kind WHERE document = ''tap''', $$VALUES ('tap_one', '{"list": ["x"]}'::jsonb)$$,
  'registering again replaces all of it');
SELECT is(targets, '[{"table": "user_data.item", "parser": "takeout.tap", "state": true, "scope": "tap_one", "rank": 0}]',
  'a list of state entities is the kind, if nothing else is said') FROM imports.kind WHERE kind = 'tap_one';
SELECT is(imports.recognize('Takeout/TAP.JSON', NULL), 'tap', 'by its name, in any case');
SELECT is(imports.recognize('other.json', '{"tap": 1}'), 'tap', 'by its content');
SELECT is(imports.recognize('other.xyz', 'nothing'), NULL, 'not at all');
SELECT is(imports.recognize('other.xyz', NULL), NULL, 'without a text only the name counts');

-- Texts that must be there are read off an expression; where that is not certain, there are none.
SELECT is_empty($$
  SELECT p.pattern, imports.required_texts(p.pattern), p.texts
    FROM (VALUES ('^\s*\{\s*"messages"\s*:', '{"\"messages\""}'::text[]), ('"(visit|activity)"\s*:', '{visit,activity}'), ('abc|\.defg', '{abc,.defg}'),
                 ('abc|d', NULL), ('(abcd)?ef', NULL), ('(abcd)*', NULL), ('(abcd)+', '{abcd}'), ('(abcd){0,2}', NULL), ('abcd*', '{abc}'), ('abcd?e', '{abc}'),
                 ('(?=.*"text").*', NULL), ('(?!abc)defg', '{defg}'), ('(?:abc|defg)hij?', '{abc,defg}'), ('(?i)abc', NULL), ('***=abc', NULL),
                 ('[abc]def[^"\\]ghij', '{ghij}'), ('[]abc]def', '{def}'), ('x(a(bcd|efg)?h)yzw', '{yzw}'), ('(abc', NULL), ('abc\(def\)', '{abc(def)}'),
                 ('\uFEFFabcd\d', '{abcd}'), ('"a"', '{"\"a\""}'), ('ab', NULL), ('', NULL), (NULL, NULL)) AS p(pattern, texts)
   WHERE imports.required_texts(p.pattern) IS DISTINCT FROM p.texts$$, 'what is read off an expression');
SELECT cmp_ok((SELECT count(texts) FROM imports.document), '>', (SELECT count(signature) / 2 FROM imports.document), 'most signatures tell a text');
SELECT * FROM finish();
ROLLBACK;
