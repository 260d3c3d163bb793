-- My Activity as JSON, of any product: My Activity/Search/MyActivity.json, a list of {"header", "title", "titleUrl",
-- "subtitles", "time", "products", "details", "locationInfos" …}. The watch and search history of YouTube has this
-- shape too (youtube_history.sql), and the HTML of both tells the same events (my_activity_html.sql).
-- Traps: folder and file names are in the language of the account, so content decides; header, titleUrl and even title
-- may be missing; subtitles have entries without a name; elements may be null; spaces in titles differ between formats.
-- audioFiles, imageFile and attachedFiles name files beside this one: imports.settle_activity_files makes them attachments.
CREATE OR REPLACE FUNCTION takeout.activity_paths(p_ending text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY['(^|/)(My ?Activity|Meine ?Aktivit[^/]*|Mijn ?activiteit|Mon ?activit[^/]*|Mi ?actividad|(Le mie|La mia) ?attivit[^/]*|(Minha ?atividade|A minha ?atividade)|Moja ?aktywno[^/]*|Min ?aktivitet|Мои ?действия)\.' || p_ending || '$']
$$;
COMMENT ON FUNCTION takeout.activity_paths(text) IS 'Where My Activity stands in an archive, in its two formats: json, html.';

CALL imports.register_document('my_activity', 'My Activity', 'json',
  takeout.activity_paths('json'),
  '^[\s\uFEFF]*\[\s*\{\s*"(header|title|titleUrl)"\s*:\s*".*"time"\s*:\s*"\d{4}-\d\d-\d\dT');
CALL imports.register_kind('my_activity', 'my_activity', 0, '{"list": []}',
  '[{"table": "user_data.activity", "parser": "takeout.activity", "coarse": false}]');

CREATE OR REPLACE FUNCTION takeout.activity(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text,
               channel text, details text[], pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal, takeout.time_fault(a.time_text, a.at), a.at,
         takeout.activity_ident(a.url, a.title, a.record - 'time'),
         coalesce(a.record ->> 'header', a.record #>> '{products,0}', p_file ->> 'product'), a.title, a.url,
         CASE WHEN a.record ? 'subtitles'
              THEN takeout.plain(jsonb_path_query_first(a.record, '$.subtitles[*] ? (@.url like_regex "/(channel|c|user)/|/@").name') #>> '{}') END,
         CASE WHEN a.record ? 'details'
              THEN ARRAY(SELECT d #>> '{}' FROM jsonb_path_query(a.record, '$.details[*].name') AS d) END,
         takeout.point(a.pos[1], a.pos[2]),
         nullif(a.record - CASE WHEN a.record ? 'details' AND a.record @? '$.details[*] ? (@.type() != "object" || exists(@.keyvalue() ? (@.key != "name")))'
                                -- More than names: it stays as it is.
                                THEN '{header,title,titleUrl,time}'::text[] ELSE '{header,title,titleUrl,time,details}'::text[] END, '{}')
    FROM (SELECT e.ordinal, e.record, e.time_text, e.url, takeout.time(e.time_text) AS at, takeout.plain(e.title) AS title,
                 takeout.pair(e.center) AS pos
            -- Fences: what is read out of a record here is read once, however often the functions above use it.
            FROM (SELECT r.ordinal, r.record, r.record ->> 'time' AS time_text, nullif(r.record ->> 'titleUrl', '') AS url,
                         coalesce(r.record ->> 'title', r.record ->> 'snippet') AS title,
                         CASE WHEN r.record ? 'locationInfos'
                              THEN coalesce(takeout.map_center(r.record #>> '{locationInfos,0,url}'),
                                            takeout.map_center(r.record #>> '{locationInfos,1,url}')) END AS center
                    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
                   WHERE jsonb_typeof(r.record) = 'object'
                  OFFSET 0) AS e
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.activity(jsonb, jsonb) IS
  'Events from My Activity and YouTube history in JSON; subtitles and whatever has no column stay in attrs.';
GRANT EXECUTE ON FUNCTION takeout.activity(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_ident(p_url text, p_title text, p_rest jsonb) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT md5('activity|' || coalesce(p_url, 'title:' || p_title, 'other:' || p_rest::text))::uuid $$;
COMMENT ON FUNCTION takeout.activity_ident(text, text, jsonb) IS
  'What an event is, apart from its time: its URL, else its title, else all of it. JSON and HTML must agree on it.';
GRANT EXECUTE ON FUNCTION takeout.activity_ident(text, text, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.plain(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- No-break, narrow and em spaces, tabs and line ends: HTML has them where JSON has a space.
  SELECT nullif(btrim(CASE
           WHEN p_text !~ '  |[\t\n\r\u00A0\u202F\u2002\u2003\u2009]' THEN p_text
           ELSE regexp_replace(p_text, ' *[\t\n\r\u00A0\u202F\u2002\u2003\u2009][ \t\n\r\u00A0\u202F\u2002\u2003\u2009]*| {2,}', ' ', 'g') END), '')
$$;
COMMENT ON FUNCTION takeout.plain(text) IS 'A text with every run of white space as one space, trimmed; NULL when empty.';
GRANT EXECUTE ON FUNCTION takeout.plain(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.map_center(p_url text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT replace(substring(p_url FROM '(?<==)-?\d[\d.]*(?:,|%2C)-?\d[\d.]*'), '%2C', ',') $$;
COMMENT ON FUNCTION takeout.map_center(text) IS 'The coordinates in the link of a map: center=45.5,-122.6 or q=45.5,-122.6.';
GRANT EXECUTE ON FUNCTION takeout.map_center(text) TO lake_user;
