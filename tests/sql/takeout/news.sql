-- The lines of News, told by the names of the files, which are English everywhere.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, title, url, attrs ->> 'list' FROM takeout.news_line('["Seals on sandbar 4", "https://news.example.org/seals", " "]', '{"path": "Takeout/News/articles.txt"}')$$,
  $$VALUES (1::bigint, 'Seals on sandbar 4', NULL, 'articles'), (2, 'https://news.example.org/seals', 'https://news.example.org/seals', 'articles')$$, 'lines');
SELECT results_eq($$SELECT imports.recognize(p, 'x') FROM unnest(ARRAY['Takeout/News/followed_topics.txt', 'takeout-2024/Takeout/Nieuws/magazines.txt', 'Takeout/新闻/followed_sources.txt', 'Takeout/Nyheter/topics.txt', 'Takeout/Drive/articles.txt', 'Takeout/Drive/a/articles.txt', 'Takeout/X/notes.txt']) AS p$$,
  ARRAY['news', 'news', 'news', 'news', 'drive', 'drive', NULL], 'recognised by the name of the file in any folder');
SELECT lives_ok($$SELECT count(*) FROM takeout.news_line('[null, 1, [], "x", {}]', NULL)$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
