-- My Activity and YouTube history as pages: one cell per event, which the decoder hands over as runs of text, links,
-- bold text and breaks. The first line is the title, its first link the URL; the line that is a time ends the event's
-- own lines; lines between are subtitles (of a video: the channel). Below, in the caption, bold headings with
-- sections: products first, then locations, details and why it was saved.
-- Traps: headings and times are in the language of the account, so sections go by what is in them; since 2026 more
-- paragraphs follow the time; times are known to the second only; pages begin with 100 KB of style.
CALL imports.register_document('my_activity_html', 'My Activity', 'activity_html',
  takeout.activity_paths('html'),
  '<title>[^<]*</title>.*(material-design-lite|\.mdl-cell|"outer-cell )');
CALL imports.register_kind('my_activity_html', 'my_activity_html', 0, '{}',
  '[{"table": "user_data.activity", "parser": "takeout.activity_html", "coarse": true}]');

CREATE OR REPLACE FUNCTION takeout.activity_html(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text,
               channel text, details text[], pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal, CASE WHEN e.at IS NULL THEN 'no time found, or in an unknown zone' ELSE takeout.time_fault('', e.at) END,
         e.at, takeout.activity_ident(e.url, e.title, to_jsonb(ARRAY[e.header] || e.products || e.details)),
         coalesce(e.header, e.products[1], p_file ->> 'product'), e.title, e.url, e.channel, e.details,
         takeout.point(e.center[1], e.center[2]),
         nullif(jsonb_strip_nulls(jsonb_build_object('subtitles', e.subtitles, 'after', e.after, 'images', e.images,
           'products', nullif(e.products, ARRAY[e.header]))), '{}')
    FROM (SELECT l.ordinal, l.at,
                 max(l.text) FILTER (WHERE l.part = 0) AS header,
                 max(l.text) FILTER (WHERE l.part = 1 AND l.place = 1 AND l.time_place > 1) AS title,
                 max(l.url) FILTER (WHERE l.part = 1 AND l.place = 1) AS url,
                 max(l.text) FILTER (WHERE l.part = 1 AND l.place = 2 AND l.time_place > 2 AND l.url ~ '/(channel|c|user)/|/@') AS channel,
                 jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', l.text, 'url', l.url)) ORDER BY l.place)
                   FILTER (WHERE l.part = 1 AND l.place > 1 AND l.place < l.time_place) AS subtitles,
                 jsonb_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 1 AND l.place > l.time_place) AS after,
                 array_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 2 AND l.section = 1 AND NOT l.bold) AS products,
                 -- Places and reasons link to somewhere; remarks do not.
                 array_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 2 AND l.section > 1 AND NOT l.bold AND l.url IS NULL) AS details,
                 takeout.coordinates(max(takeout.map_center(l.url)) FILTER (WHERE l.part = 2 AND l.url LIKE '%maps%')) AS center,
                 jsonb_agg(l.url ORDER BY l.place) FILTER (WHERE l.part = 3) AS images
            FROM takeout.activity_clocks(p_records) AS l
           GROUP BY l.ordinal, l.at
          OFFSET 0) AS e
$$;
COMMENT ON FUNCTION takeout.activity_html(jsonb, jsonb) IS
  'Events from the cells of an activity page, the same as takeout.activity makes of their JSON, but for the second.';
GRANT EXECUTE ON FUNCTION takeout.activity_html(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_clocks(p_records jsonb)
RETURNS TABLE (ordinal bigint, part integer, place bigint, section bigint, bold boolean, text text, url text,
               at timestamptz, time_place bigint)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, t.part, t.place, t.section, t.bold, t.text, t.url, first_value(t.at) OVER cell,
         first_value(CASE WHEN t.part = 1 THEN t.place ELSE 1000000 END) OVER cell
    FROM (SELECT l.*, CASE WHEN l.text ~ '\d[:.]\d\d[:.]\d\d' THEN takeout.activity_time(l.text) END AS at
            FROM takeout.activity_lines(p_records) AS l
          OFFSET 0) AS t
  -- Where several lines are times: not the title, and not one that says more than the time, if there is a choice.
  WINDOW cell AS (PARTITION BY t.ordinal
                  ORDER BY t.at IS NULL, t.part = 1 AND t.place > 1 DESC, length(t.text) < 50 DESC, t.part, t.place)
$$;
COMMENT ON FUNCTION takeout.activity_clocks(jsonb) IS
  'The lines of takeout.activity_lines with the time of their cell and the line of the body that it was found in '
  '(far below the body, when it was found elsewhere).';
GRANT EXECUTE ON FUNCTION takeout.activity_clocks(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_lines(p_records jsonb)
RETURNS TABLE (ordinal bigint, part integer, place bigint, section bigint, bold boolean, text text, url text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT l.ordinal, l.part, row_number() OVER (PARTITION BY l.ordinal, l.part ORDER BY l.line), l.section, l.bold, l.text, l.url
    -- Of what links from the caption, only the link is of use.
    FROM (SELECT g.*, CASE WHEN g.part = 2 AND g.url IS NOT NULL THEN g.raw ELSE takeout.plain(g.raw) END AS text
            FROM (
          SELECT r.ordinal, r.part, r.line, max(r.section) AS section, bool_and(r.bold) AS bold,
                 string_agg(r.text, '' ORDER BY r.n) AS raw,
                 (array_agg(r.url ORDER BY r.n) FILTER (WHERE r.url IS NOT NULL))[1] AS url
            FROM (SELECT c.ordinal, p.part, q.n, coalesce(q.run ->> 't', '') AS text,
                         coalesce(q.run ->> 'u', q.run ->> 'img') AS url, q.run ? 'b' AS bold,
                         count(*) FILTER (WHERE q.run ? 'br') OVER runs AS line,
                         count(*) FILTER (WHERE q.run ? 'b') OVER runs AS section, q.run ? 'br' AS edge
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS c(record, ordinal),
                         LATERAL (VALUES (0, jsonb_build_array(jsonb_build_object('t', c.record -> 'header'))),
                                         (1, c.record -> 'body'), (2, c.record -> 'caption'), (3, c.record -> 'aside'))
                           AS p(part, runs),
                         LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(p.runs) = 'array' THEN p.runs END)
                           WITH ORDINALITY AS q(run, n)
                  WINDOW runs AS (PARTITION BY c.ordinal, p.part ORDER BY q.n)) AS r
           WHERE NOT r.edge
           GROUP BY r.ordinal, r.part, r.line) AS g
          OFFSET 0) AS l
   WHERE l.text IS NOT NULL OR l.part = 3 AND l.url IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.activity_lines(jsonb) IS
  'The lines of the cells of an activity page: part 0 is the header, 1 the body, 2 the caption, 3 what stands aside; '
  'section counts bold headings.';
GRANT EXECUTE ON FUNCTION takeout.activity_lines(jsonb) TO lake_user;
