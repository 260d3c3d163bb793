-- Which note of Keep a page or an old record is. A note is known by when it was made (takeout.keep_note), which HTML and the
-- JSON of before 2022 do not say: those are known by the name of their file, until a note with that file's name turns up that
-- does say it. Then their versions become versions of that note. Part of imports.finish_import, before imports.settle_state.

CREATE OR REPLACE FUNCTION imports.settle_notes() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs hours.
SET enable_nestloop = off
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_moved user_data.version[];
  v_left uuid[];
BEGIN
  WITH state AS MATERIALIZED (
    SELECT v.digest, v.content #>> '{attrs,file}' AS name, v.content #>> '{attrs,createdTimestampUsec}' AS made,
           array_agg(DISTINCT s.at) AS seen, min(v.file_id::text) AS file_id
      FROM user_data.version AS v, unnest(v.seen) AS s(at)
     WHERE v.user_id = v_user AND v.entity = 'note' AND v.scope = 'keep_note'
     GROUP BY 1, 2, 3
  ), shared AS MATERIALIZED (
    -- Two files of one export are two notes, even if they were made in the same microsecond.
    SELECT DISTINCT a.made FROM state AS a JOIN state AS b ON b.made = a.made AND b.name <> a.name AND b.seen && a.seen
  ), dated AS MATERIALIZED (
    SELECT d.digest, d.name, d.seen, d.file_id,
           CASE WHEN EXISTS (SELECT FROM shared AS h WHERE h.made = d.made) THEN takeout.ident('keep', d.made, d.name)
                ELSE takeout.ident('keep', d.made) END AS ident
      FROM state AS d WHERE d.made IS NOT NULL
  ), wanted AS MATERIALIZED (
    SELECT d.digest, d.ident FROM dated AS d
    UNION ALL
    -- The twin in the same export, else the first note that had the name.
    (SELECT DISTINCT ON (u.digest) u.digest, coalesce(d.ident, takeout.ident('keep', 'file', u.name))
       FROM state AS u LEFT JOIN dated AS d ON d.name = u.name
      WHERE u.made IS NULL
      ORDER BY u.digest, d.seen && u.seen DESC NULLS LAST, d.file_id, d.digest)
  ), moved AS (
    DELETE FROM user_data.version AS v USING wanted AS w
     WHERE v.user_id = v_user AND v.entity = 'note' AND v.scope = 'keep_note' AND v.digest = w.digest AND v.ident <> w.ident
    RETURNING v.ident, (v.user_id, v.entity, w.ident, v.digest, v.scope, v.rank, v.seen, v.content, v.file_id, v.ordinal)::user_data.version AS row
  )
  SELECT array_agg(m.row), array_agg(m.ident) INTO v_moved, v_left FROM moved AS m;
  IF v_moved IS NULL THEN
    RETURN 0;
  END IF;

  INSERT INTO user_data.version AS t (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
  SELECT v_user, 'note', m.ident, m.digest, m.scope, m.rank, array_agg(DISTINCT s.at ORDER BY s.at), m.content,
         (array_agg(m.file_id ORDER BY m.file_id, m.ordinal))[1], (array_agg(m.ordinal ORDER BY m.file_id, m.ordinal))[1]
    FROM unnest(v_moved) AS m, unnest(m.seen) AS s(at)
   GROUP BY m.ident, m.digest, m.scope, m.rank, m.content
   ORDER BY m.ident, m.digest, m.scope, m.rank
  ON CONFLICT (user_id, entity, ident, digest, scope, rank) DO UPDATE
     SET seen = ARRAY(SELECT DISTINCT s FROM unnest(t.seen || excluded.seen) AS s ORDER BY s),
         (file_id, ordinal) = (SELECT w.file_id, w.ordinal
                                 FROM (VALUES (t.file_id, t.ordinal), (excluded.file_id, excluded.ordinal)) AS w(file_id, ordinal)
                                ORDER BY w.file_id, w.ordinal LIMIT 1);
  DELETE FROM user_data.note AS n
   WHERE n.user_id = v_user AND n.file_id IS NOT NULL AND n.ident = ANY (v_left)
     AND NOT EXISTS (SELECT FROM user_data.version AS v WHERE v.user_id = v_user AND v.entity = 'note' AND v.ident = n.ident);
  RETURN cardinality(v_moved);
END
$$;
COMMENT ON FUNCTION imports.settle_notes() IS
  'Makes pages and old records of Keep versions of the note that they are. The result depends on what is loaded, not on the '
  'order. Gives how many versions it moved; some may have become one. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_notes() TO lake_user;
