-- The index page of an archive is no record, wherever it stands.
BEGIN;
SELECT plan(2);
SELECT is(imports.recognize('Takeout/archive_browser.html', '<html><head><title>Google Takeout archive contents</title>'), 'archive_browser', 'recognised by name');
SELECT is((SELECT decoder FROM imports.document WHERE document = 'archive_browser'), 'none', 'and ignored');
SELECT * FROM finish();
ROLLBACK;
