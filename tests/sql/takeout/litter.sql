-- What operating systems leave behind is never parsed.
BEGIN;
SELECT plan(5);
SELECT is(imports.recognize(path, '{"locations": ['), 'litter', path)
  FROM unnest(ARRAY['Takeout/.DS_Store', 'Takeout/x/._Records.json', '__MACOSX/Takeout/Records.json', 'Takeout/Thumbs.db']) AS path;
SELECT is((SELECT decoder FROM imports.document WHERE document = 'litter'), 'none', 'it is ignored');
SELECT * FROM finish();
ROLLBACK;
