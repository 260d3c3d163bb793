-- My Activity and YouTube history as pages: one cell per event, which the decoder hands over as runs of text, links,
-- bold text and breaks. The first line is the title, its first link the URL; the line that is a time ends the event's
-- own lines; lines between are subtitles (of a video: the channel). Below, in the caption, bold headings with
-- sections: products first, then locations, details and why it was saved.
-- Traps: headings and times are in the language of the account, so sections go by what is in them; since 2026 more
-- paragraphs follow the time; times are known to the second only; pages begin with 100 KB of style.
CALL imports.register_document('my_activity_html', 'My Activity', 'activity_html',
  ARRAY['(^|/)(My ?Activity|Meine ?Aktivit[^/]*|Mijn ?activiteit|Mon ?activit[^/]*|Mi ?actividad|(Le mie|La mia) ?attivit[^/]*|(Minha ?atividade|A minha ?atividade)|Moja ?aktywno[^/]*|Min ?aktivitet|Мои ?действия)\.html$'],
  '<title>[^<]*</title>.*(material-design-lite|\.mdl-cell|"outer-cell )');
CALL imports.register_kind('my_activity_html', 'my_activity_html', 0, '{}',
  '[{"table": "user_data.activity", "parser": "takeout.activity_html", "coarse": true}]');

CREATE OR REPLACE FUNCTION takeout.activity_html(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text,
               channel text, details text[], pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  WITH line AS MATERIALIZED (
    SELECT l.*, CASE WHEN l.text ~ '\d[:.]\d\d[:.]\d\d' THEN takeout.activity_time(l.text) END AS at
      FROM takeout.activity_lines(p_records) AS l
  ), clock AS (
    -- Where several lines are times: not the title, and not one that says more than the time, if there is a choice.
    SELECT DISTINCT ON (ordinal) ordinal, at, CASE WHEN part = 1 THEN place ELSE 1000000 END AS place
      FROM line WHERE at IS NOT NULL
     ORDER BY ordinal, part = 1 AND place > 1 DESC, length(text) < 50 DESC, part, place
  ), event AS (
    SELECT l.ordinal, max(c.at) AS at,
           max(l.text) FILTER (WHERE l.part = 1 AND l.place = 1 AND c.place > 1) AS title,
           max(l.url) FILTER (WHERE l.part = 1 AND l.place = 1) AS url,
           min(l.text) FILTER (WHERE l.part = 1 AND l.place = 2 AND c.place > 2 AND l.url ~ '/(channel|c|user)/|/@') AS channel,
           jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', l.text, 'url', l.url)) ORDER BY l.place)
             FILTER (WHERE l.part = 1 AND l.place > 1 AND l.place < c.place) AS subtitles,
           jsonb_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 1 AND l.place > c.place) AS after,
           array_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 2 AND l.section = 1 AND NOT l.bold) AS products,
           -- Places and reasons link to somewhere; remarks do not.
           array_agg(l.text ORDER BY l.place) FILTER (WHERE l.part = 2 AND l.section > 1 AND NOT l.bold AND l.url IS NULL) AS details,
           max(l.url) FILTER (WHERE l.part = 2 AND l.url ~ '(center|[?&]q|query)=-?[0-9.]+(,|%2C)-?[0-9.]+') AS map_url
      FROM line AS l LEFT JOIN clock AS c USING (ordinal)
     GROUP BY l.ordinal
  )
  SELECT e.ordinal, CASE WHEN e.at IS NULL THEN 'no time found' ELSE takeout.time_fault('', e.at) END, e.at,
         takeout.activity_ident(e.url, e.title, to_jsonb(ARRAY[e.header] || e.products || e.details)),
         coalesce(e.header, e.products[1], p_file ->> 'product'), e.title, e.url, e.channel, e.details,
         takeout.point_of_url(e.map_url),
         nullif(jsonb_strip_nulls(jsonb_build_object('subtitles', e.subtitles, 'after', e.after, 'aside', e.aside,
           'products', nullif(e.products, ARRAY[e.header]))), '{}')
    FROM (SELECT r.ordinal, takeout.plain(r.record ->> 'header') AS header, r.record -> 'aside' AS aside,
                 v.at, v.title, v.url, v.channel, v.subtitles, v.after, v.products, v.details, v.map_url
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
            LEFT JOIN event AS v ON v.ordinal = r.ordinal
          OFFSET 0) AS e
$$;
COMMENT ON FUNCTION takeout.activity_html(jsonb, jsonb) IS
  'Events from the cells of an activity page, the same as takeout.activity makes of their JSON, but for the second.';
GRANT EXECUTE ON FUNCTION takeout.activity_html(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_lines(p_records jsonb)
RETURNS TABLE (ordinal bigint, part integer, place bigint, section bigint, bold boolean, text text, url text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT l.ordinal, l.part, row_number() OVER (PARTITION BY l.ordinal, l.part ORDER BY l.line), l.section, l.bold, l.text, l.url
    FROM (SELECT r.ordinal, r.part, r.line, max(r.section) AS section, bool_and(r.bold) AS bold,
                 takeout.plain(string_agg(r.text, '' ORDER BY r.n)) AS text,
                 (array_agg(r.url ORDER BY r.n) FILTER (WHERE r.url IS NOT NULL))[1] AS url
            FROM (SELECT c.ordinal, p.part, q.n, q.run ->> 't' AS text, q.run ->> 'u' AS url, q.run ? 'b' AS bold,
                         count(*) FILTER (WHERE q.run ? 'br') OVER (PARTITION BY c.ordinal, p.part ORDER BY q.n) AS line,
                         count(*) FILTER (WHERE q.run ? 'b') OVER (PARTITION BY c.ordinal, p.part ORDER BY q.n) AS section
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS c(record, ordinal),
                         LATERAL (VALUES (1, c.record -> 'body'), (2, c.record -> 'caption')) AS p(part, runs),
                         LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof(p.runs) = 'array' THEN p.runs END)
                           WITH ORDINALITY AS q(run, n)) AS r
           WHERE r.text IS NOT NULL
           GROUP BY r.ordinal, r.part, r.line) AS l
   WHERE l.text IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.activity_lines(jsonb) IS
  'The lines of the cells of an activity page: part 1 is the body, 2 the caption; section counts bold headings.';
GRANT EXECUTE ON FUNCTION takeout.activity_lines(jsonb) TO lake_user;
