-- What a list is called, by its file.
BEGIN;
SELECT plan(1);
SELECT results_eq($$SELECT takeout.file_stem(p) FROM unnest(ARRAY['Takeout/Saved/Want to go.csv', 'a/b.c/Vol. 2-videos.csv', 'likes', 'a.b/likes', '', NULL]) AS p$$,
  ARRAY['Want to go', 'Vol. 2-videos', 'likes', 'likes', '', ''], 'without folders and ending');
SELECT * FROM finish();
ROLLBACK;
