-- What the owner wrote on YouTube: comments/comments.csv (Comment ID, Channel ID, Comment Create Timestamp, Price, Parent
-- Comment ID, Video ID, Comment Text …), live chats/live chats.csv, and before 2020 my-comments/my-comments.html and
-- my-live-chat-messages.html: <li>You added a <a>comment</a> on <a>a video</a> at 2019-06-21 05:50:10 UTC.<br/>text</li>.
-- One comment is one row, whatever it stands in: what both formats tell alike is the video and the text.
-- Traps: the text is {"takeoutSegments": [{"text", "link"}]}, since 2024 the segments alone, joined by commas, with raw
-- line ends in them; the HTML knows seconds; columns were added, and their names are in the language of the account, so
-- a column goes by its name, else by what is in its cells; newer comments are on posts, which have no video.
CALL imports.register_document('youtube_comments', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/.*(comments|Kommentare|reacties)(\(\d+\))?\.csv$'],
  '^[\s\uFEFF]*([^,\n]+,){6,}[^,\n]+\r?\n[^,\n]+,UC[-\w]+,\d{4}-\d\d-\d\dT[^\n]*"\{""(takeoutSegments|text)""');
CALL imports.register_kind('comment', 'youtube_comments', 0, '{"as": "pairs"}',
  '[{"table": "user_data.comment", "parser": "takeout.youtube_comment", "coarse": false}]');
CALL imports.register_document('youtube_live_chats', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/.*live chats(\(\d+\))?\.csv$'],
  '^[\s\uFEFF]*([^,\n]+,){5}[^,\n]+\r?\n[^,\n]+,UC[-\w]+,\d{4}-\d\d-\d\dT[^\n]*"\{""(takeoutSegments|text)""');
CALL imports.register_kind('live_chat', 'youtube_live_chats', 0, '{"as": "pairs"}',
  '[{"table": "user_data.comment", "parser": "takeout.youtube_comment", "coarse": false}]');
CALL imports.register_document('youtube_comments_html', 'YouTube', 'html',
  ARRAY['(^|/)YouTube[^/]*/.*(my-comments|my-live-chat-messages|mijn-reacties)\.html$'],
  '<li>(?=([^<]|</?a\y)*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)[^<]*(<a href="https?://www\.youtube\.com/[^<]*</a>[^<]*){1,3}<br ?/?>');
CALL imports.register_kind('comment_html', 'youtube_comments_html', 0,
  '{"records": "//li", "empty": "//ul", "fields": {"all": "string()", "links": [".//a/@href"], "text": ["br[1]/following-sibling::node()"],
    "before": {"records": "br[1]/preceding-sibling::a", "fields": {"url": "@href", "name": "string()"}}}}',
  '[{"table": "user_data.comment", "parser": "takeout.youtube_comment_html", "coarse": true}]');

CREATE OR REPLACE FUNCTION takeout.youtube_comment_ident(p_url text, p_body text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- Spaces and line ends are not the same in HTML and CSV.
  SELECT md5('comment|YouTube|' || coalesce(p_url, '') || '|' || coalesce(regexp_replace(p_body, '\s+', '', 'g'), ''))::uuid
$$;
COMMENT ON FUNCTION takeout.youtube_comment_ident(text, text) IS 'Which comment it is, apart from its time: what is commented on, and the text without white space.';
GRANT EXECUTE ON FUNCTION takeout.youtube_comment_ident(text, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_segments(p_text text) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- Line ends and tabs stand raw in the strings; between the values they would be as good as spaces.
  SELECT CASE WHEN j.text LIKE '{%' AND pg_input_is_valid('[' || j.text || ']', 'jsonb')
              THEN CASE WHEN j.text LIKE '{"takeoutSegments"%' THEN ('[' || j.text || ']')::jsonb -> 0 -> 'takeoutSegments'
                        ELSE ('[' || j.text || ']')::jsonb END END
    FROM (SELECT replace(replace(replace(p_text, E'\r', '\r'), E'\n', '\n'), E'\t', '\t') AS text) AS j
$$;
COMMENT ON FUNCTION takeout.youtube_segments(text) IS
  'The pieces [{"text", "link"}] of a comment''s text in either of its encodings; NULL when it is plain text.';
GRANT EXECUTE ON FUNCTION takeout.youtube_segments(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_comment(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, url text, body text, parent text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, takeout.time_fault(t.at_text, t.at), t.at, takeout.youtube_comment_ident(t.url, t.body), 'YouTube', t.url,
         t.body, t.parent,
         nullif(t.named - '{comment text,live chat text,comment create timestamp,live chat create timestamp,video id,parent comment id}'::text[]
                || jsonb_strip_nulls(jsonb_build_object(
                     'links', nullif(jsonb_path_query_array(t.segments, '$[*].link.linkUrl'), '[]'))), '{}')
    FROM (SELECT c.*, takeout.time(c.at_text) AS at,
                 CASE WHEN jsonb_typeof(c.segments) = 'array'
                      THEN (SELECT string_agg(s.piece ->> 'text', '' ORDER BY s.place)
                              FROM jsonb_array_elements(c.segments) WITH ORDINALITY AS s(piece, place))
                      ELSE c.text END AS body,
                 coalesce('https://www.youtube.com/watch?v=' || c.video, 'https://www.youtube.com/post/' || c.post) AS url
            FROM (SELECT r.ordinal, k.named, s.text, takeout.youtube_segments(s.text) AS segments,
                         coalesce(k.named ->> 'comment create timestamp', k.named ->> 'live chat create timestamp', k.cells[3]) AS at_text,
                         CASE WHEN k.named ?| '{comment id,live chat id}' THEN k.named ->> 'parent comment id'
                              ELSE (SELECT u.cell FROM unnest(k.cells[4:]) AS u(cell) WHERE u.cell ~ '^(Ug|z1)[-\w]{12,}$' LIMIT 1) END AS parent,
                         CASE WHEN k.named ?| '{comment id,live chat id}' THEN k.named ->> 'video id'
                              ELSE (SELECT u.cell FROM unnest(k.cells[4:]) AS u(cell) WHERE u.cell ~ '^[-\w]{11}$' LIMIT 1) END AS video,
                         CASE WHEN k.named ? 'comment id' THEN k.named ->> 'post id'
                              ELSE (SELECT u.cell FROM unnest(k.cells[4:]) AS u(cell) WHERE u.cell ~ '^Ugk[-\w]{20,}$' LIMIT 1) END AS post
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
                   CROSS JOIN LATERAL takeout.cells(r.record) AS k
                   CROSS JOIN LATERAL (SELECT coalesce(k.named ->> 'comment text', k.named ->> 'live chat text',
                                         (SELECT u.cell FROM unnest(k.cells[4:]) AS u(cell) WHERE u.cell ~ '^\{"(text|takeoutSegments)"' LIMIT 1)) AS text) AS s
                   WHERE jsonb_typeof(r.record) = 'array'
                  OFFSET 0) AS c
          OFFSET 0) AS t
$$;
COMMENT ON FUNCTION takeout.youtube_comment(jsonb, jsonb) IS 'Comments from the rows of comments.csv and live chats.csv.';
GRANT EXECUTE ON FUNCTION takeout.youtube_comment(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_comment_html(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, body text, parent text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, takeout.time_fault(c.at_text, takeout.time(c.at_text)), takeout.time(c.at_text),
         takeout.youtube_comment_ident(c.url, c.body), 'YouTube', c.title, c.url, c.body,
         -- The id of an answer is its parent's and its own.
         substring(c.id FROM '^([^.]+)\.'),
         nullif(jsonb_strip_nulls(jsonb_build_object('comment id', c.id)), '{}')
    FROM (SELECT r.ordinal, b.body,
                 -- The link to the video is called as the video is; the one to the comment is called comment.
                 (SELECT takeout.plain(l ->> 'name') FROM jsonb_path_query(r.record, '$.before[*]') AS l
                   WHERE l ->> 'url' ~ '[?&]v=' AND l ->> 'url' !~ '[?&]lc=' AND l ->> 'name' !~ '^https?:' LIMIT 1) AS title,
                 h.at[1] || 'T' || h.at[2] || 'Z' AS at_text,
                 (SELECT substring(l #>> '{}' FROM '[?&]lc=([-\w.]+)') FROM jsonb_path_query(r.record, '$.links[*]') AS l
                   WHERE l #>> '{}' ~ '[?&]lc=' LIMIT 1) AS id,
                 coalesce((SELECT 'https://www.youtube.com/watch?v=' || substring(l #>> '{}' FROM '[?&]v=([-\w]+)')
                             FROM jsonb_path_query(r.record, '$.links[*]') AS l WHERE l #>> '{}' ~ '[?&]v=[-\w]' LIMIT 1),
                          r.record #>> '{links,0}') AS url
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           CROSS JOIN LATERAL (SELECT nullif(btrim(string_agg(coalesce(nullif(p #>> '{}', ''), E'\n'), '' ORDER BY n), E' \n\r\t'), '') AS body
                                 FROM jsonb_path_query(r.record, '$.text[*]') WITH ORDINALITY AS q(p, n)) AS b
           -- The time stands before the text, which may hold times, too.
           CROSS JOIN LATERAL (SELECT regexp_match(r.record ->> 'all', '(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)') AS at) AS h
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS c
$$;
COMMENT ON FUNCTION takeout.youtube_comment_html(jsonb, jsonb) IS 'Comments from the list of my-comments.html, the same as those of comments.csv but for the second.';
GRANT EXECUTE ON FUNCTION takeout.youtube_comment_html(jsonb, jsonb) TO lake_user;
