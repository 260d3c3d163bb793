-- News: articles.txt, followed_sources.txt (before, sources.txt), followed_topics.txt, followed_locations.txt, magazines.txt:
-- a thing a line.
-- Traps: usually empty; the folder is in the language of the account, the files are not; what a line of articles.txt
-- holds is not sure, so every line is an item, addresses among them.
CALL imports.register_document('news', 'News', 'lines',
  ARRAY['(^|/)Takeout/(?!Drive/)[^/]+/(articles|(followed_)?(sources|topics|locations)|magazines)\.txt$', '(^|/)News/[^/]+\.txt$']);
CALL imports.register_kind('news_line', 'news', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.news_line", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.news_line(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('news_line', f.list, r.line), 'news_line', 'News', takeout.plain(r.line),
         CASE WHEN r.line ~ '^\s*https?://\S+\s*$' THEN btrim(r.line) END, jsonb_build_object('list', f.list)
    FROM (SELECT takeout.file_stem(p_file ->> 'path') AS list) AS f,
         jsonb_array_elements_text(p_records) WITH ORDINALITY AS r(line, ordinal)
   WHERE takeout.plain(r.line) IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.news_line(jsonb, jsonb) IS 'Items from the lines of the files of News: title the line, attrs.list the file.';
GRANT EXECUTE ON FUNCTION takeout.news_line(jsonb, jsonb) TO lake_user;
