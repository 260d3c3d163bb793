-- Google Play Store/Reviews.json: [{"review": {"document", "creationTime", "starRating", "title", "comment"}}].
-- Trap: a review can be changed later, so the newest export tells it.
CALL imports.register_document('play_reviews', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Reviews\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"review"\s*:\s*\{.*"(document|starRating)"\s*:');
CALL imports.register_kind('app_review', 'play_reviews', 0, '{"list": []}',
  '[{"table": "user_data.review", "parser": "takeout.app_review", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.app_review(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, rating real, body text,
               attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, CASE WHEN v.title IS NULL AND v.at IS NULL THEN 'neither a title nor a time' END, v.at,
         takeout.ident('review', 'Google Play Store', v.review #>> '{document,documentType}',
                       coalesce(v.title, v.review ->> 'creationTime')),
         'Google Play Store', v.title, takeout.number(v.review ->> 'starRating'),
         nullif(concat_ws(E'\n', nullif(v.review ->> 'title', ''), nullif(v.review ->> 'comment', '')), ''),
         nullif(takeout.without(v.review, 'document.title') - '{comment,starRating}'::text[] - CASE WHEN v.at IS NULL THEN '' ELSE 'creationTime' END,
                '{"document": {}}')
    FROM (SELECT r.ordinal, r.record -> 'review' AS review, nullif(r.record #>> '{review,document,title}', '') AS title,
                 takeout.known_time(r.record #>> '{review,creationTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'review') = 'object'
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.app_review(jsonb, jsonb) IS 'Reviews of apps; a heading stands before the comment.';
GRANT EXECUTE ON FUNCTION takeout.app_review(jsonb, jsonb) TO lake_user;
