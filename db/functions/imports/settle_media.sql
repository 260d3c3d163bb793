-- Pictures and what is said of them, in one: user_data.media_item and user_data.album_item, made from user_data.file,
-- user_data.sidecar and user_data.album when an import ends. What an import can have changed is made anew: all of the
-- folders that it has files in, and what hangs together with them elsewhere. The rest is as it would be made again.
--
--   media_scope   what that is
--   settle_items  the pictures
--   settle_album_items  what is in the albums
--   settle_media  both, and Drive

CREATE OR REPLACE FUNCTION imports.media_scope(p_import bigint, OUT touched text[], OUT pictures bytea[], OUT folders text[])
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  -- Arrays, not joins: of 300,000 files, an index then finds the few.
  v_archives uuid[] := ARRAY(SELECT a.id FROM imports.archive AS a WHERE a.user_id = v_user AND a.import_id = p_import);
  v_kinds text[] := ARRAY(
    SELECT k.kind FROM imports.kind AS k
     WHERE k.targets @? '$[*] ? (@.table == "user_data.file" || @.table == "user_data.sidecar" || @.table == "user_data.album")');
  v_marked bytea[];
  v_digits text[];
BEGIN
  -- Items of which a file of this import is the first of all, or was one (imports.forget_file).
  SELECT array_agg(m.sha256) INTO v_marked
    FROM user_data.media_item AS m
   WHERE m.user_id = v_user
     AND m.file_id IN (SELECT f.id FROM imports.file AS f WHERE f.user_id = v_user AND f.archive_id = ANY (v_archives));
  IF v_marked IS NULL AND NOT EXISTS (
    SELECT FROM imports.file AS f WHERE f.user_id = v_user AND f.archive_id = ANY (v_archives) AND f.kind = ANY (v_kinds)) THEN
    RETURN;
  END IF;
  touched := ARRAY(
    SELECT DISTINCT regexp_replace(takeout.product_path(d.folder || 'x'), 'x$', '')
      FROM (SELECT DISTINCT regexp_replace(f.path, '[^/]*$', '') AS folder
              FROM imports.file AS f WHERE f.user_id = v_user AND f.archive_id = ANY (v_archives)) AS d);
  -- Names with eight digits are matched over folders: one more or less may matter to all that share them.
  v_digits := ARRAY(
    SELECT f.digits FROM user_data.file AS f WHERE f.user_id = v_user AND f.folder = ANY (touched) AND f.digits IS NOT NULL
     UNION
    SELECT s.digits FROM user_data.sidecar AS s WHERE s.user_id = v_user AND s.folder = ANY (touched) AND s.digits IS NOT NULL
     UNION
    -- and of what was taken back
    SELECT n.digits
      FROM imports.file AS f, LATERAL (SELECT substring(f.path FROM '(\d{8})[^/]*$') AS digits) AS n
     WHERE f.user_id = v_user AND f.archive_id = ANY (v_archives) AND n.digits IS NOT NULL
       AND NOT (f.state IN ('done', 'unrecognized') AND f.kind = ANY (v_kinds)));
  pictures := ARRAY(
    SELECT f.sha256 FROM user_data.file AS f WHERE f.user_id = v_user AND f.folder = ANY (touched)
     UNION
    SELECT f.sha256 FROM user_data.file AS f WHERE f.user_id = v_user AND f.digits = ANY (v_digits)
     UNION
    SELECT m FROM unnest(v_marked) AS m);
  -- To match a picture, all of the folders in which it lies are needed whole, and those that share digits with its names.
  v_digits := v_digits || ARRAY(
    SELECT DISTINCT f.digits FROM user_data.file AS f
     WHERE f.user_id = v_user AND f.sha256 = ANY (pictures) AND f.digits IS NOT NULL);
  folders := ARRAY(
    SELECT t FROM unnest(touched) AS t
     UNION
    SELECT f.folder FROM user_data.file AS f WHERE f.user_id = v_user AND f.sha256 = ANY (pictures)
     UNION
    SELECT f.folder FROM user_data.file AS f WHERE f.user_id = v_user AND f.digits = ANY (v_digits)
     UNION
    SELECT s.folder FROM user_data.sidecar AS s WHERE s.user_id = v_user AND s.digits = ANY (v_digits));
END
$$;
COMMENT ON FUNCTION imports.media_scope(bigint) IS
  'What an import of the acting user may have changed: touched, the folders of its files; pictures, the sha256 of which the '
  'media items must be made anew; folders, those that must be matched for it. All NULL when it has nothing of the kind.';
GRANT EXECUTE ON FUNCTION imports.media_scope(bigint) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_items(p_pictures bytea[], p_folders text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
BEGIN
  WITH matched AS MATERIALIZED (
    SELECT f.id, f.sha256, f.path, f.at, f.file_id, f.ordinal, m.sidecar, m.relation, m.original_path, m.still_path
      FROM imports.match_sidecars(p_folders) AS m
      JOIN user_data.file AS f ON f.user_id = v_user AND f.folder = ANY (p_folders) AND f.id = m.file
  ), picked AS MATERIALIZED (
    -- Of the same bytes at several places: the newest description of the picture itself, the one in the bin last.
    SELECT DISTINCT ON (m.sha256) m.sha256, m.id, m.sidecar, m.relation, m.original_path, m.still_path
      FROM matched AS m
      JOIN (SELECT DISTINCT p FROM unnest(p_pictures) AS p) AS w(sha256) ON w.sha256 = m.sha256
      LEFT JOIN user_data.sidecar AS s ON s.user_id = v_user AND s.folder = ANY (p_folders) AND s.id = m.sidecar
     ORDER BY m.sha256, (s.id IS NOT NULL AND m.relation = 'own') DESC, s.id IS NOT NULL DESC, left(s.file_id::text, 13) DESC NULLS LAST,
              s.trashed, m.relation = 'own', m.path, m.file_id
  ), chosen AS MATERIALIZED (
    SELECT p.sha256, f.name, f.media_type, f.size_bytes, f.attrs, p.relation, p.original_path, p.still_path,
           f.file_id AS found_in, s.path AS sidecar_path, s.title, s.description, s.url, s.at AS taken_at, s.people, s.favorite,
           s.archived, s.trashed, s.pos, s.altitude_m
      FROM picked AS p
      JOIN user_data.file AS f ON f.user_id = v_user AND f.folder = ANY (p_folders) AND f.id = p.id
      LEFT JOIN user_data.sidecar AS s ON s.user_id = v_user AND s.folder = ANY (p_folders) AND s.id = p.sidecar
  ), gathered AS (
    SELECT m.sha256, array_agg(DISTINCT m.path ORDER BY m.path) AS paths, min(m.at) AS at,
           (array_agg(m.file_id ORDER BY m.file_id, m.ordinal))[1] AS file_id, (array_agg(m.ordinal ORDER BY m.file_id, m.ordinal))[1] AS ordinal
      FROM matched AS m GROUP BY m.sha256
  ), parent AS (
    -- The original or the still is a path; the bytes there in the same export, else in another.
    SELECT DISTINCT ON (c.sha256) c.sha256, o.sha256 AS parent
      FROM (SELECT c.* FROM chosen AS c WHERE c.relation <> 'own') AS c JOIN matched AS o ON o.path = coalesce(c.original_path, c.still_path)
     WHERE o.sha256 <> c.sha256
     ORDER BY c.sha256, left(o.file_id::text, 13) = left(c.found_in::text, 13) DESC, o.file_id DESC, o.sha256
  ), item AS (
    SELECT c.sha256, g.paths, g.file_id, g.ordinal, c.media_type, c.size_bytes,
           coalesce(CASE WHEN c.relation = 'own' THEN c.title END, c.name) AS title, c.description, nullif(c.url, '') AS url, c.people,
           coalesce(c.favorite, false) AS favorite, coalesce(c.archived, false) AS archived, coalesce(c.trashed, false) AS trashed,
           coalesce(c.pos, takeout.place_of(c.attrs)) AS pos, c.attrs ->> 'camera' AS camera,
           CASE WHEN c.attrs ->> 'width' ~ '^\d{1,9}$' THEN (c.attrs ->> 'width')::integer END AS width,
           CASE WHEN c.attrs ->> 'height' ~ '^\d{1,9}$' THEN (c.attrs ->> 'height')::integer END AS height,
           takeout.number(c.attrs ->> 'duration_s') AS duration_s,
           CASE WHEN c.relation = 'edited' THEN p.parent END AS original_sha256,
           CASE WHEN c.relation = 'moving' THEN p.parent END AS still_sha256,
           t.at, t.at_source,
           nullif(jsonb_strip_nulls(jsonb_build_object('sidecar', c.sidecar_path, 'altitude_m', c.altitude_m)), '{}') AS attrs
      FROM chosen AS c
      JOIN gathered AS g ON g.sha256 = c.sha256
      LEFT JOIN parent AS p ON p.sha256 = c.sha256,
           LATERAL (SELECT CASE WHEN c.taken_at IS NULL
                                 AND takeout.time_fault(c.attrs ->> 'taken_at', takeout.time(c.attrs ->> 'taken_at')) IS NULL
                                THEN takeout.time(c.attrs ->> 'taken_at') END AS shot) AS e,
           LATERAL (SELECT e.shot, CASE WHEN c.taken_at IS NULL AND e.shot IS NULL THEN takeout.time_in_name(c.name) END AS named) AS x,
           LATERAL (SELECT coalesce(c.taken_at, x.shot, x.named, g.at) AS at,
                           CASE WHEN c.taken_at IS NOT NULL THEN 'sidecar' WHEN x.shot IS NOT NULL THEN 'exif'
                                WHEN x.named IS NOT NULL THEN 'name' WHEN g.at IS NOT NULL THEN 'file' END AS at_source) AS t
  ), gone AS (
    DELETE FROM user_data.media_item AS t
     WHERE t.user_id = v_user AND t.sha256 = ANY (p_pictures) AND t.file_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM picked AS p WHERE p.sha256 = t.sha256)
  )
  INSERT INTO user_data.media_item AS t (user_id, at, at_source, sha256, title, description, media_type, size_bytes, width, height,
                                         duration_s, pos, camera, people, favorite, archived, trashed, paths, url,
                                         original_sha256, still_sha256, attrs, file_id, ordinal)
  SELECT v_user, i.at, i.at_source, i.sha256, i.title, i.description, i.media_type, i.size_bytes, i.width, i.height, i.duration_s,
         i.pos, i.camera, i.people, i.favorite, i.archived, i.trashed, i.paths, i.url, i.original_sha256, i.still_sha256, i.attrs,
         i.file_id, i.ordinal
    FROM item AS i
    LEFT JOIN user_data.media_item AS t ON t.user_id = v_user AND t.sha256 = ANY (p_pictures) AND t.sha256 = i.sha256
   WHERE t.id IS NULL
      OR t.file_id IS NOT NULL  -- what a user wrote has no file and stays
     AND (t.at, t.at_source, t.title, t.description, t.media_type, t.size_bytes, t.width, t.height, t.duration_s, t.pos::text, t.camera,
          t.people, t.favorite, t.archived, t.trashed, t.paths, t.url, t.original_sha256, t.still_sha256, t.attrs, t.file_id, t.ordinal)
         IS DISTINCT FROM
         (i.at, i.at_source, i.title, i.description, i.media_type, i.size_bytes, i.width, i.height, i.duration_s, i.pos::text, i.camera,
          i.people, i.favorite, i.archived, i.trashed, i.paths, i.url, i.original_sha256, i.still_sha256, i.attrs, i.file_id, i.ordinal)
   ORDER BY i.sha256
  ON CONFLICT ON CONSTRAINT media_item_key DO UPDATE
     SET (at, at_source, title, description, media_type, size_bytes, width, height, duration_s, pos, camera, people, favorite, archived,
          trashed, paths, url, original_sha256, still_sha256, attrs, file_id, ordinal)
       = ROW (excluded.at, excluded.at_source, excluded.title, excluded.description, excluded.media_type, excluded.size_bytes,
              excluded.width, excluded.height, excluded.duration_s, excluded.pos, excluded.camera, excluded.people, excluded.favorite,
              excluded.archived, excluded.trashed, excluded.paths, excluded.url, excluded.original_sha256, excluded.still_sha256,
              excluded.attrs, excluded.file_id, excluded.ordinal);
END
$$;
COMMENT ON FUNCTION imports.settle_items(bytea[], text[]) IS
  'Makes these pictures (sha256) of the acting user anew from files and sidecars, matching these folders. Part of imports.settle_media.';
GRANT EXECUTE ON FUNCTION imports.settle_items(bytea[], text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_album_items(p_folders text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
BEGIN
  WITH album AS MATERIALIZED (
    SELECT a.ident, a.folder || '/' AS folder
      FROM user_data.album AS a WHERE a.user_id = v_user AND a.folder || '/' = ANY (p_folders)
  ), sidecar AS MATERIALIZED (
    SELECT a.ident, s.path, s.url, s.title, s.at, s.created_at, s.file_id, s.ordinal
      FROM user_data.sidecar AS s JOIN album AS a ON a.folder = s.folder
     WHERE s.user_id = v_user AND s.folder = ANY (p_folders)
  ), picture AS MATERIALIZED (
    SELECT m.sha256, s.url, CASE WHEN s.title = m.title THEN s.title END AS title, s.at, s.created_at
      FROM user_data.media_item AS m
      JOIN user_data.sidecar AS s ON s.user_id = v_user AND s.path = m.attrs ->> 'sidecar' AND s.url = coalesce(m.url, '')
     WHERE m.user_id = v_user AND m.original_sha256 IS NULL AND m.still_sha256 IS NULL
       AND (m.url IN (SELECT c.url FROM sidecar AS c) OR m.title IN (SELECT c.title FROM sidecar AS c))
  ), member AS (
    SELECT a.ident, f.sha256, f.path, f.file_id, f.ordinal
      FROM user_data.file AS f JOIN album AS a ON a.folder = f.folder
     WHERE f.user_id = v_user AND f.folder = ANY (p_folders)
       AND EXISTS (SELECT FROM user_data.media_item AS m WHERE m.user_id = v_user AND m.sha256 = f.sha256)
    UNION ALL
    -- The album has its sidecar only: the same address of the service, else the same title, taken and uploaded in the same seconds.
    SELECT s.ident, p.sha256, s.path, s.file_id, s.ordinal
      FROM sidecar AS s JOIN picture AS p ON p.url = s.url
     WHERE s.url <> ''
    UNION ALL
    SELECT s.ident, p.sha256, s.path, s.file_id, s.ordinal
      FROM sidecar AS s
      JOIN (SELECT p.title, p.at, p.created_at, min(p.sha256::text)::bytea AS sha256
              FROM picture AS p GROUP BY 1, 2, 3 HAVING count(DISTINCT p.sha256) = 1) AS p
        ON p.title = s.title AND p.at = s.at AND p.created_at = s.created_at
  ), wanted AS MATERIALIZED (
    SELECT DISTINCT ON (m.ident, m.sha256) m.* FROM member AS m ORDER BY m.ident, m.sha256, m.path, m.file_id, m.ordinal
  ), gone AS (
    DELETE FROM user_data.album_item AS t
     WHERE t.user_id = v_user AND t.file_id IS NOT NULL  -- what a user wrote has no file and stays
       AND (t.album IN (SELECT a.ident FROM album AS a)
            -- of an album that is no more
            OR t.album IN (SELECT takeout.ident('album', left(f, -1)) FROM unnest(p_folders) AS f))
       AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.ident = t.album AND w.sha256 = t.sha256)
  )
  INSERT INTO user_data.album_item AS t (user_id, album, sha256, path, file_id, ordinal)
  SELECT v_user, w.ident, w.sha256, w.path, w.file_id, w.ordinal FROM wanted AS w ORDER BY 2, 3
  ON CONFLICT ON CONSTRAINT album_item_pkey DO UPDATE
     SET (path, file_id, ordinal) = ROW (excluded.path, excluded.file_id, excluded.ordinal)
   WHERE t.file_id IS NOT NULL AND (t.path, t.file_id, t.ordinal) IS DISTINCT FROM (excluded.path, excluded.file_id, excluded.ordinal);
END
$$;
COMMENT ON FUNCTION imports.settle_album_items(text[]) IS
  'Makes the contents of the acting user''s albums in these folders anew. Part of imports.settle_media.';
GRANT EXECUTE ON FUNCTION imports.settle_album_items(text[]) TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_media(p_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_scope record;
  v_urls text[];
  v_titles text[];
BEGIN
  SELECT * INTO v_scope FROM imports.media_scope(p_import);
  IF v_scope.touched IS NULL THEN
    RETURN;
  END IF;

  -- Drive: when its owner changed a file last.
  UPDATE user_data.file AS f SET at = s.at
    FROM user_data.sidecar AS s
   WHERE f.user_id = v_user AND f.folder = ANY (v_scope.touched) AND f.product = 'Drive'
     AND s.user_id = v_user AND s.folder = ANY (v_scope.touched) AND s.path = f.path || '-info.json'
     AND s.at IS NOT NULL AND f.at IS DISTINCT FROM s.at;

  -- An album that has a sidecar only has the picture of that address or title: as it was, and as it is now.
  SELECT array_agg(m.url), array_agg(m.title) INTO v_urls, v_titles
    FROM user_data.media_item AS m WHERE m.user_id = v_user AND m.sha256 = ANY (v_scope.pictures);
  RAISE NOTICE USING ERRCODE = 'LK000', MESSAGE = 'describing pictures';
  PERFORM imports.settle_items(v_scope.pictures, v_scope.folders);
  SELECT v_urls || array_agg(m.url), v_titles || array_agg(m.title) INTO v_urls, v_titles
    FROM user_data.media_item AS m WHERE m.user_id = v_user AND m.sha256 = ANY (v_scope.pictures);
  RAISE NOTICE USING ERRCODE = 'LK000', MESSAGE = 'filling albums';
  PERFORM imports.settle_album_items(ARRAY(
    SELECT t FROM unnest(v_scope.touched) AS t
     UNION
    SELECT s.folder FROM user_data.sidecar AS s
     WHERE s.user_id = v_user AND (s.url <> '' AND s.url = ANY (v_urls) OR s.title = ANY (v_titles))));
END
$$;
COMMENT ON FUNCTION imports.settle_media(bigint) IS
  'Makes the acting user''s pictures and the contents of albums from files, sidecars and albums, as far as an import may have '
  'changed them, and tells files of Drive when they were changed. The result depends on what is loaded, not on the order. '
  'Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_media(bigint) TO lake_user;
