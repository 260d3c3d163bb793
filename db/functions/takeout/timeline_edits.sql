-- Timeline Edits.json: {"timelineEdits": [{"deviceId", "rawSignal" | "placeAggregates"}]}, what phones sent while the
-- timeline moved to them. Traps: these are no history, and must not become points of it; accuracy is in millimetres.
CALL imports.register_document('timeline_edits', 'Location History', 'json',
  ARRAY['(^|/)Timeline Edits\.json$'], '"timelineEdits"\s*:\s*\[');
CALL imports.register_kind('timeline_edit', 'timeline_edits', 0, '{"list": ["timelineEdits"]}',
  '[{"table": "user_data.signal", "parser": "takeout.timeline_edit"}]');

CREATE OR REPLACE FUNCTION takeout.timeline_edit(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, end_at timestamptz, ident uuid, type text, mode text,
               confidence real, accuracy_m real, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT e.ordinal,
         CASE WHEN e.type IS NULL THEN 'nothing in this record is known to the parser'
              ELSE takeout.time_fault(e.at_text, takeout.time(e.at_text)) END,
         takeout.time(e.at_text),
         CASE WHEN takeout.time_fault(e.end_text, takeout.time(e.end_text)) IS NULL THEN takeout.time(e.end_text) END,
         md5(e.record::text)::uuid, e.type,
         CASE WHEN e.type = 'activity' THEN takeout.mode(e.signal #>> '{activityRecord,detectedActivities,0,activityType}') END,
         takeout.number(e.signal #>> '{activityRecord,detectedActivities,0,probability}'),
         takeout.number(e.signal #>> '{position,accuracyMm}') / 1000,
         takeout.point(takeout.e7(e.signal #>> '{position,point,latE7}'), takeout.e7(e.signal #>> '{position,point,lngE7}')),
         e.record
    FROM (SELECT r.ordinal, r.record, r.record #> '{rawSignal,signal}' AS signal,
                 CASE WHEN r.record #> '{rawSignal,signal}' ? 'position' THEN 'position'
                      WHEN r.record #> '{rawSignal,signal}' ? 'activityRecord' THEN 'activity'
                      WHEN r.record #> '{rawSignal,signal}' ? 'wifiScan' THEN 'wifi_scan'
                      WHEN r.record ? 'placeAggregates' THEN 'place_aggregates' END AS type,
                 coalesce(r.record #>> '{rawSignal,signal,position,timestamp}',
                          r.record #>> '{rawSignal,signal,activityRecord,timestamp}',
                          r.record #>> '{rawSignal,signal,wifiScan,deliveryTime}',
                          r.record #>> '{rawSignal,additionalTimestamp}',
                          r.record #>> '{placeAggregates,processWindow,startTime}') AS at_text,
                 r.record #>> '{placeAggregates,processWindow,endTime}' AS end_text
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
          OFFSET 0) AS e
$$;
COMMENT ON FUNCTION takeout.timeline_edit(jsonb, jsonb) IS
  'Signals from the elements of "timelineEdits"; place aggregates have the span of time that they sum up.';
GRANT EXECUTE ON FUNCTION takeout.timeline_edit(jsonb, jsonb) TO lake_user;
