-- Chrome/History.json (BrowserHistory.json before, Verlauf.json … elsewhere): {"Browser History": [visits],
-- "Typed Url": [addresses with the times they were typed], "Session": [open tabs with where they have been, and the
-- browsers that they are open in]}.
-- Traps: time_usec is in microseconds since 1970, and 0 or missing where unknown; the visits of typed addresses are in
-- microseconds since 1601, and sessions in milliseconds. An address that was never typed, a browser and a tab that has
-- been nowhere are no events: they are items. A visit is not the "Visited …" of My Activity, which is another
-- source: their idents differ.
CALL imports.register_document('chrome_history', 'Chrome', 'json',
  ARRAY['(^|/)BrowserHistory\.json$', '(^|/)Chrome/(History|Verlauf|Geschiedenis|Historique|Historial|Hist[oó][^/]*rico|Cronologia|Historia|Historik|Historikk|История)\.json$'],
  '^[\s\uFEFF]*\{\s*"(Browser History|Typed Url|Session)"\s*:\s*\[');
CALL imports.register_kind('browser_visit', 'chrome_history', 0, '{"list": ["Browser History"]}',
  '[{"table": "user_data.activity", "parser": "takeout.browser_visit", "coarse": false}]');
CALL imports.register_kind('typed_url', 'chrome_history', 1, '{"list": ["Typed Url"]}',
  '[{"table": "user_data.activity", "parser": "takeout.typed_url", "many": true, "coarse": false},
    {"table": "user_data.item", "parser": "takeout.known_url", "many": true, "apart": true, "state": true}]');
CALL imports.register_kind('session_tab', 'chrome_history', 2, '{"list": ["Session"]}',
  '[{"table": "user_data.activity", "parser": "takeout.session_tab", "many": true, "coarse": false},
    {"table": "user_data.item", "parser": "takeout.session", "many": true, "apart": true, "state": true}]');
CALL imports.register_kind('history_more', 'chrome_history', 3, '{"list": ["*"]}',
  '[{"table": "user_data.item", "parser": "takeout.history_more", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.chrome_ident(p_url text, p_title text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT md5('chrome|' || coalesce(p_url, 'title:' || p_title, ''))::uuid $$;
COMMENT ON FUNCTION takeout.chrome_ident(text, text) IS 'What page a visit was to, apart from its time.';
GRANT EXECUTE ON FUNCTION takeout.chrome_ident(text, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.browser_visit(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal,
         coalesce(takeout.time_fault(v.at_text, v.at), CASE WHEN v.url IS NULL AND v.title IS NULL THEN 'neither a URL nor a title' END),
         v.at, takeout.chrome_ident(v.url, v.title), 'Chrome', v.title, v.url,
         nullif(v.record - '{title,url,time_usec}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record, nullif(r.record ->> 'time_usec', '0') AS at_text,
                 CASE WHEN pg_input_is_valid(nullif(r.record ->> 'time_usec', '0'), 'bigint')
                      THEN takeout.microseconds((r.record ->> 'time_usec')::bigint) END AS at,
                 takeout.plain(r.record ->> 'title') AS title, nullif(r.record ->> 'url', '') AS url
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.browser_visit(jsonb, jsonb) IS
  'Visits from the elements of "Browser History"; how the page was reached (page_transition) stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.browser_visit(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.typed_url(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, takeout.time_fault(v.at_text, v.at), v.at, takeout.chrome_ident(v.url, v.title), 'Chrome', v.title, v.url,
         nullif(v.record - '{title,url,visits,visit_transitions}'::text[]
                || jsonb_strip_nulls(jsonb_build_object('typed', true, 'visit_transition', v.record #> ARRAY['visit_transitions', v.place::text])), '{}')
    FROM (SELECT r.ordinal, r.record, q.place - 1 AS place, nullif(q.visit #>> '{}', '0') AS at_text,
                 CASE WHEN pg_input_is_valid(nullif(q.visit #>> '{}', '0'), 'bigint')
                      THEN takeout.microseconds(greatest((q.visit #>> '{}')::bigint, 0) - 11644473600000000) END AS at,
                 takeout.plain(r.record ->> 'title') AS title, nullif(r.record ->> 'url', '') AS url
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL jsonb_path_query(r.record, '$.visits[*]') WITH ORDINALITY AS q(visit, place)
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.typed_url(jsonb, jsonb) IS 'A visit for each time that an address of "Typed Url" was typed.';
GRANT EXECUTE ON FUNCTION takeout.typed_url(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.session_tab(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT n.ordinal, takeout.time_fault(n.at_text, n.at), n.at, takeout.chrome_ident(n.url, n.title), 'Chrome', n.title, n.url,
         nullif(n.navigation - '{virtual_url,title,timestamp_msec}'::text[]
                || jsonb_strip_nulls(jsonb_build_object('session_tag', n.record -> 'session_tag', 'tab_id', n.record #> '{tab,tab_id}')), '{}')
    FROM (SELECT r.ordinal, r.record, q.navigation, nullif(q.navigation ->> 'timestamp_msec', '0') AS at_text,
                 takeout.milliseconds(nullif(q.navigation ->> 'timestamp_msec', '0')) AS at,
                 takeout.plain(q.navigation ->> 'title') AS title, nullif(q.navigation ->> 'virtual_url', '') AS url
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 LATERAL jsonb_path_query(r.record, '$.tab.navigation[*]') AS q(navigation)
           WHERE jsonb_typeof(q.navigation) = 'object'
          OFFSET 0) AS n
$$;
COMMENT ON FUNCTION takeout.session_tab(jsonb, jsonb) IS 'A visit for each page in the history of an open tab of "Session".';
GRANT EXECUTE ON FUNCTION takeout.session_tab(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.known_url(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('typed_url', r.record ->> 'url'), 'typed_url', 'Chrome',
         takeout.plain(r.record ->> 'title'), r.record ->> 'url', nullif(r.record - '{title,url,visits,visit_transitions}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object' AND r.record ->> 'url' <> ''
     AND NOT r.record @? '$.visits[*] ? (@.type() == "string" && @ != "0" || @.type() == "number" && @ != 0)'
$$;
COMMENT ON FUNCTION takeout.known_url(jsonb, jsonb) IS 'Items from the elements of "Typed Url" of which no visit is told.';
GRANT EXECUTE ON FUNCTION takeout.known_url(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.session(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.ident('session', coalesce(r.record ->> 'session_tag', r.record::text),
                       coalesce(r.record #>> '{tab,tab_id}', r.record ->> 'tab_node_id')),
         'session', 'Chrome', takeout.plain(r.record #>> '{header,client_name}'), r.record
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object' AND NOT r.record @? '$.tab.navigation[*]'
$$;
COMMENT ON FUNCTION takeout.session(jsonb, jsonb) IS
  'Items from the elements of "Session" that hold no visits: the browsers that tabs are open in, with their windows.';
GRANT EXECUTE ON FUNCTION takeout.session(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.history_more(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.ident('history_more', r.record::text), 'history_more', 'Chrome', takeout.plain(r.record ->> 'title'),
         nullif(r.record ->> 'url', ''), nullif(r.record - '{title,url}'::text[], '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.history_more(jsonb, jsonb) IS 'Items from the elements of other lists in that file.';
GRANT EXECUTE ON FUNCTION takeout.history_more(jsonb, jsonb) TO lake_user;
