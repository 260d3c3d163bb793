-- My Activity and YouTube history as pages: one cell per event, which the decoder hands over as lines: {"t": text,
-- "u": first link, "b": whether it is bold as a whole or in part}. The first line of the body is the title, its link the
-- URL; the line that is a time ends the event's own lines; lines between are subtitles (of a video: the channel). Below,
-- in the caption, bold headings with sections: products first, then locations, details and why it was saved. Of these
-- the lines with a link (a place, a setting) are attrs.notes.
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
-- Simple expressions, cell by cell: one query over the lines of all cells takes three times as long.
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  v_record jsonb;
  v_line jsonb;
  v_index integer;
  v_text text;
  v_header text;
  v_texts text[];              -- the lines of the body
  v_urls text[];
  v_at timestamptz;
  v_time_place integer;        -- the line of the body that is the time; past the last, where the time is elsewhere
  v_subtitles jsonb;
  v_caption jsonb;             -- what products, details and pos were read from: often the same, cell after cell
  v_section integer;
  v_products text[];
  v_notes jsonb;               -- lines of the caption that link to somewhere: places, and why the event was kept
  v_center text;
  v_coordinates bigint[];
BEGIN
  FOR v_record, ordinal IN SELECT c.record, c.n FROM jsonb_array_elements(p_records) WITH ORDINALITY AS c(record, n) LOOP
    v_header := takeout.plain(v_record ->> 'header');
    v_texts := '{}';
    v_urls := '{}';
    at := NULL;
    v_index := 0;
    LOOP
      v_line := v_record -> 'body' -> v_index;
      EXIT WHEN v_line IS NULL;
      v_index := v_index + 1;
      v_text := takeout.plain(v_line ->> 't');
      CONTINUE WHEN v_text IS NULL;
      v_texts := v_texts || v_text;
      v_urls := v_urls || (v_line ->> 'u');
      -- Where several lines are times: not the title, and not one that says more than the time, if there is a choice.
      IF v_text ~ '\d[:.]\d\d[:.]\d\d' AND cardinality(v_texts) > 1
         AND (at IS NULL OR length(v_text) < 50 AND length(v_texts[v_time_place]) >= 50) THEN
        v_at := takeout.activity_time(v_text);
        IF v_at IS NOT NULL THEN
          at := v_at;
          v_time_place := cardinality(v_texts);
        END IF;
      END IF;
    END LOOP;
    IF at IS NULL THEN
      SELECT t.at, CASE WHEN t.place = 2 THEN 1 ELSE cardinality(v_texts) + 1 END INTO at, v_time_place
        FROM (SELECT l.text, l.place, CASE WHEN l.text ~ '\d[:.]\d\d[:.]\d\d' THEN takeout.activity_time(l.text) END AS at
                FROM unnest(ARRAY[v_header, v_texts[1]] || ARRAY(
                       SELECT takeout.plain(e #>> '{}')
                         FROM jsonb_path_query(jsonb_build_array(v_record -> 'caption', v_record -> 'aside'), '$[*][*].t') AS e))
                       WITH ORDINALITY AS l(text, place)) AS t
       WHERE t.at IS NOT NULL
       ORDER BY length(t.text) >= 50, t.place
       LIMIT 1;
    END IF;

    IF v_record -> 'caption' IS DISTINCT FROM v_caption THEN
      v_caption := v_record -> 'caption';
      v_section := 0;
      v_products := NULL;
      v_notes := NULL;
      details := NULL;
      v_center := NULL;
      v_index := 0;
      LOOP
        v_line := v_caption -> v_index;
        EXIT WHEN v_line IS NULL;
        v_index := v_index + 1;
        IF v_line ? 'b' THEN
          v_section := v_section + 1;
          CONTINUE WHEN v_line ->> 'b' = 'true';
        END IF;
        -- Places and reasons link to somewhere; remarks do not.
        v_text := CASE WHEN v_section = 1 OR NOT v_line ? 'u' THEN takeout.plain(v_line ->> 't') END;
        IF v_section = 1 AND v_text IS NOT NULL THEN
          v_products := v_products || v_text;
        ELSIF v_section > 1 AND v_text IS NOT NULL THEN
          details := details || v_text;
        ELSIF v_section > 1 AND v_line ?& '{t,u}' THEN
          v_notes := coalesce(v_notes, '[]') || jsonb_strip_nulls(jsonb_build_array(jsonb_build_object(
                       'name', takeout.plain(v_line ->> 't'), 'url', v_line -> 'u')));
        END IF;
        IF v_line ->> 'u' LIKE '%maps%' THEN
          v_center := greatest(v_center, takeout.map_center(v_line ->> 'u'));
        END IF;
      END LOOP;
      v_coordinates := takeout.coordinates(v_center);
      pos := takeout.point(v_coordinates[1], v_coordinates[2]);
    END IF;

    v_subtitles := NULL;
    FOR v_place IN 2 .. coalesce(v_time_place, 0) - 1 LOOP
      v_subtitles := coalesce(v_subtitles, '[]')
                     || jsonb_strip_nulls(jsonb_build_array(jsonb_build_object('name', v_texts[v_place], 'url', v_urls[v_place])));
    END LOOP;
    reject := CASE WHEN at IS NULL THEN 'no time found, or in an unknown zone' ELSE takeout.time_fault('', at) END;
    product := coalesce(v_header, v_products[1], p_file ->> 'product');
    title := CASE WHEN v_time_place > 1 THEN v_texts[1] END;
    url := v_urls[1];
    channel := CASE WHEN v_time_place > 2 AND v_urls[2] ~ '/(channel|c|user)/|/@' THEN v_texts[2] END;
    ident := takeout.activity_ident(url, title, to_jsonb(ARRAY[v_header] || v_products || details));
    attrs := nullif(jsonb_strip_nulls(jsonb_build_object('subtitles', v_subtitles, 'notes', v_notes,
      'after', CASE WHEN v_time_place < cardinality(v_texts) THEN to_jsonb(v_texts[v_time_place + 1 :]) END,
      'images', CASE WHEN v_record ? 'aside' THEN nullif(jsonb_path_query_array(v_record, '$.aside[*].u'), '[]') END,
      'products', nullif(v_products, ARRAY[v_header]))), '{}');
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION takeout.activity_html(jsonb, jsonb) IS
  'Events from the cells of an activity page, the same as takeout.activity makes of their JSON, but for the second.';
GRANT EXECUTE ON FUNCTION takeout.activity_html(jsonb, jsonb) TO lake_user;
