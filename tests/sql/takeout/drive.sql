-- Files of a user's own are kept as they are, whatever they look like.
BEGIN;
SELECT plan(4);
SELECT is(imports.recognize('Takeout/Drive/plans/Records.json', '{"locations": ['), 'drive', 'a name we know');
SELECT is(imports.recognize('Takeout/Drive/x.json', '[{"title": "x", "time": "2024-01-01T00:00:00Z"'), 'drive', 'content we know');
SELECT is(imports.recognize('Takeout/Drive/backup.zip', NULL), 'drive', 'an archive');
SELECT is((SELECT decoder FROM imports.document WHERE document = 'drive'), 'bytes', 'it is kept as bytes');
SELECT * FROM finish();
ROLLBACK;
