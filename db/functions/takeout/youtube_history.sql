-- What was watched and searched on YouTube: YouTube and YouTube Music/history/watch-history.json or .html. The same
-- events stand in My Activity, in the same two shapes, so the parsers are those (my_activity.sql,
-- my_activity_html.sql) and an event in both is one row.
-- Traps: names of folders and files are in the language of the account; advertisements are told by their details.
CREATE OR REPLACE FUNCTION takeout.youtube_history_paths(p_ending text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY['(^|/)(watch-history|search-history|Wiedergabeverlauf|Suchverlauf|kijkgeschiedenis|zoekgeschiedenis|cronologia[ -](visualizzazioni|ricerche)|historial-de-(reproducciones|b[^/]*squeda)|hist[^/]*rico-de-(visualiza|pesquisa)[^/]*)\.' || p_ending || '$',
               '(^|/)YouTube[^/]*/(history|Verlauf|geschiedenis|historique|historial|hist[oó][^/]*rico|cronologia|historia|historik|historikk|история)/[^/]+\.' || p_ending || '$']
$$;
COMMENT ON FUNCTION takeout.youtube_history_paths(text) IS 'Where the histories stand in an archive, in their two formats: json, html.';

CALL imports.register_document('youtube_history', 'YouTube', 'json',
  takeout.youtube_history_paths('json'),
  '^[\s\uFEFF]*\[\s*\{\s*"(header|title|titleUrl)"\s*:\s*".*"time"\s*:\s*"\d{4}-\d\d-\d\dT');
CALL imports.register_kind('youtube_activity', 'youtube_history', 0, '{"list": []}',
  '[{"table": "user_data.activity", "parser": "takeout.activity", "coarse": false}]');
CALL imports.register_document('youtube_history_html', 'YouTube', 'activity_html',
  takeout.youtube_history_paths('html'),
  '<title>[^<]*</title>.*(material-design-lite|\.mdl-cell|"outer-cell )');
CALL imports.register_kind('youtube_activity_html', 'youtube_history_html', 0, '{}',
  '[{"table": "user_data.activity", "parser": "takeout.activity_html", "coarse": true}]');
