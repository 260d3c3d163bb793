-- Pictures and what is said of them, in one: user_data.media_item and user_data.album_item, made from user_data.file,
-- user_data.sidecar and user_data.album when an import ends. A picture and its sidecar may have come in different parts,
-- in either order, so nothing is matched before.
--
-- Google names the files of a folder like this, title being the true name:
--   picture   the title with & ' ? … replaced by _, cut to 51 characters with its extension, a counter before the extension
--   sidecar   the title and .supplemental-metadata (nothing before 2024), cut at 46, the counter after it, .json
-- so X(1).jpg belongs to X.jpg.supplemental-metadata(1).json, and both may be cut at different places. An edited copy
-- (X-edited.jpg, the word in the language of the account) and the moving half of a live photo (X.MP4 beside X.HEIC,
-- X.MP beside X.MP.jpg) have no sidecar of their own.
--
--   file_key        a name without the characters that Google replaces
--   match_sidecars  which sidecar each picture has
--   settle_media    the tables

CREATE OR REPLACE FUNCTION imports.file_key(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(translate(p_name, E'&''?%*:|"<>/\\@#+$,;=!`^{}[]', repeat('_', 26))) $$;
COMMENT ON FUNCTION imports.file_key(text) IS
  'A file''s name in the form in which a title and the name made of it are the same.';
GRANT EXECUTE ON FUNCTION imports.file_key(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.match_sidecars()
RETURNS TABLE (file bigint, sidecar bigint, relation text, original_path text, still_path text)
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs hours.
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
  WITH media AS MATERIALIZED (
    SELECT f.id, f.path, f.file_id
      FROM user_data.file AS f
     WHERE f.user_id = (SELECT lake.current_user_id()) AND f.product <> 'Drive'
       AND (f.media_type ~ '^(image|video|audio)/'
            OR f.product = 'Google Photos' AND coalesce(f.media_type, 'application/octet-stream') = 'application/octet-stream')
  ), described AS MATERIALIZED (
    SELECT s.id, s.path, s.url, s.title, s.at, s.file_id
      FROM user_data.sidecar AS s
     WHERE s.user_id = (SELECT lake.current_user_id()) AND right(s.path, 5) = '.json' AND NOT starts_with(s.path, 'Drive/')
  ), plain AS MATERIALIZED (
    -- Most are called like their picture, with an ending.
    SELECT DISTINCT d.id, m.path
      FROM described AS d
      JOIN media AS m ON m.path = CASE WHEN right(d.path, 27) = '.supplemental-metadata.json' THEN left(d.path, -27) ELSE left(d.path, -5) END
  ), other AS MATERIALIZED (
    SELECT d.*, regexp_replace(d.path, '[^/]*$', '') AS folder, substring(d.path FROM '([^/]*)\.json$') AS name
      FROM described AS d WHERE NOT EXISTS (SELECT FROM plain AS p WHERE p.id = d.id)
  ), numbered AS MATERIALIZED (
    -- A counter that ends the title is no counter of the export.
    SELECT d.*, CASE WHEN starts_with(imports.file_key(d.title), imports.file_key(d.name)) THEN ''
                     ELSE coalesce(substring(d.name FROM '\(\d+\)$'), '') END AS counter
      FROM other AS d
  ), named AS MATERIALIZED (
    SELECT n.*, b.base, e.base AS bare
      FROM numbered AS n,
           LATERAL (SELECT left(n.name, length(n.name) - length(n.counter)) AS base) AS b,
           -- .supplemental-metadata, or as much as the cut has left of it, if only the dot
           LATERAL (SELECT CASE WHEN starts_with('supplemental-metadata', substring(b.base FROM '\.([a-z-]*)$'))
                                THEN regexp_replace(b.base, '\.[a-z-]*$', '') ELSE b.base END AS base) AS e
  ), expected AS MATERIALIZED (
    SELECT n.id, n.path, n.folder, x.*
      FROM named AS n,
           LATERAL (SELECT regexp_replace(n.bare, '(\.[^.]*)?$', n.counter || '\1') AS by_name,
                           regexp_replace(n.title, '(\.[^.]*)?$', n.counter || '\1') AS by_title) AS x
  ), wanted AS (
    SELECT e.*, imports.file_key(e.by_name) AS key FROM expected AS e
    UNION
    SELECT e.*, imports.file_key(e.by_title) FROM expected AS e WHERE e.by_title IS NOT NULL
  ), unnamed AS MATERIALIZED (
    SELECT p.*, imports.file_key(p.name) AS key, imports.file_key(p.stem) AS stem_key
      FROM (SELECT m.path, n.name, left(m.path, -length(n.name)) AS folder, regexp_replace(n.name, '\.[^.]*$', '') AS stem,
                   coalesce(substring(n.name FROM '\.([^.]*)$'), '') AS ext
              FROM (SELECT DISTINCT m.path FROM media AS m WHERE NOT EXISTS (SELECT FROM plain AS d WHERE d.path = m.path)) AS m,
                   LATERAL (SELECT regexp_replace(m.path, '^.*/', '') AS name) AS n) AS p
  ), best AS (
    SELECT DISTINCT ON (w.id) w.id, p.path, r.rank
      FROM wanted AS w
      JOIN unnamed AS p ON p.folder = w.folder AND p.key = w.key,
           LATERAL (SELECT CASE WHEN p.name = w.by_name AND p.name = w.by_title THEN 0 WHEN p.name = w.by_name THEN 1
                                WHEN p.name = w.by_title THEN 2 WHEN p.key = imports.file_key(w.by_title) THEN 3 ELSE 4 END AS rank) AS r
     ORDER BY w.id, r.rank, p.path
  ), direct AS MATERIALIZED (
    SELECT b.id, b.path FROM (SELECT b.*, min(b.rank) OVER (PARTITION BY b.path) AS lowest FROM best AS b) AS b WHERE b.rank = b.lowest
     UNION ALL
    SELECT p.id, p.path FROM plain AS p
  ), alone AS MATERIALIZED (
    SELECT p.* FROM unnamed AS p WHERE NOT EXISTS (SELECT FROM direct AS d WHERE d.path = p.path)
  ), ending(ext, rank) AS (
    VALUES ('HEIC', 1), ('heic', 2), ('HEIF', 3), ('heif', 4), ('JPG', 5), ('jpg', 6), ('JPEG', 7), ('jpeg', 8)
  ), moving AS MATERIALIZED (
    SELECT DISTINCT ON (c.path) c.path, s.path AS still
      FROM (SELECT a.path, a.folder || CASE WHEN a.ext ~* '^mp(~\d+)?$' THEN a.name ELSE a.stem END || '.' || e.ext AS still, e.rank
              FROM alone AS a, ending AS e WHERE a.ext ~* '^(mp4|mov|mp(~\d+)?)$') AS c
      JOIN (SELECT DISTINCT m.path FROM media AS m) AS s ON s.path = c.still
      LEFT JOIN (SELECT DISTINCT d.path FROM direct AS d) AS d ON d.path = s.path
     ORDER BY c.path, d.path IS NULL, c.rank
  ), named_edited AS MATERIALIZED (
    SELECT a.path, a.folder || e.part[1] || coalesce(e.part[3], '') AS original, a.ext
      FROM alone AS a, LATERAL (SELECT regexp_match(a.stem, takeout.edited_ending(), 'i') AS part) AS e
     WHERE e.part IS NOT NULL
  ), edited AS MATERIALIZED (
    SELECT DISTINCT ON (c.path) c.path, o.path AS original
      FROM (SELECT n.path, n.original || CASE WHEN n.ext = '' THEN '' ELSE '.' || n.ext END AS original, 0 AS rank FROM named_edited AS n
             UNION ALL
            SELECT n.path, n.original || '.' || e.ext, e.rank FROM named_edited AS n, ending AS e WHERE n.ext ~* '^(jpe?g|hei[cf])$') AS c
      JOIN (SELECT DISTINCT m.path FROM media AS m) AS o ON o.path = c.original AND o.path <> c.path
     ORDER BY c.path, c.rank
  ),
  -- What is left in a folder is matched only where one sidecar and one picture can mean each other and nothing else.
  sidecar_left AS MATERIALIZED (
    SELECT n.id, n.path, n.folder, n.url, n.title, n.at, n.counter, e.by_name, e.by_title, imports.file_key(n.title) AS title_key,
           imports.file_key(regexp_replace(n.title, '\.[^.]*$', '')) AS title_stem,
           lower(coalesce(substring(n.title FROM '\.([^.]*)$'), '')) AS title_ext,
           imports.file_key(n.bare) AS bare_key, imports.file_key(n.base) AS base_key,
           length(n.base) + length(regexp_replace(n.base, '[^\U00010000-\U0010FFFF]', '', 'g')) BETWEEN 44 AND 46 AS is_cut
      FROM named AS n JOIN expected AS e USING (id)
     WHERE NOT EXISTS (SELECT FROM direct AS d WHERE d.id = n.id)
  ), picture_left AS MATERIALIZED (
    SELECT a.path, a.folder, a.key, lower(a.ext) AS ext, a.stem_key, coalesce(substring(a.stem FROM '\(\d+\)$'), '') AS counter,
           regexp_replace(a.stem_key, '\(\d+\)$', '') AS bare_key,
           length(c.name) + length(regexp_replace(c.name, '[^\U00010000-\U0010FFFF]', '', 'g')) BETWEEN 48 AND 53 AS is_cut
      FROM alone AS a, LATERAL (SELECT regexp_replace(a.name, '\(\d+\)(\.[^.]*)?$', '\1') AS name) AS c
     WHERE NOT EXISTS (SELECT FROM moving AS m WHERE m.path = a.path)
       AND NOT EXISTS (SELECT FROM edited AS e WHERE e.path = a.path)
  ), possible AS MATERIALIZED (
    -- the title has no extension
    SELECT s.id, s.path AS sidecar_path, p.path, 1 AS rank
      FROM sidecar_left AS s JOIN picture_left AS p ON p.folder = s.folder AND p.stem_key = s.title_key || s.counter
    UNION ALL
    SELECT s.id, s.path, p.path, 2
      FROM sidecar_left AS s JOIN picture_left AS p ON p.folder = s.folder AND p.stem_key = s.bare_key || s.counter
    UNION ALL
    -- the picture's name is cut
    SELECT s.id, s.path, p.path, 3
      FROM sidecar_left AS s
      JOIN picture_left AS p ON p.folder = s.folder AND left(p.bare_key, 20) = left(s.title_key, 20) AND p.counter = s.counter
     WHERE p.is_cut AND starts_with(s.title_key, p.bare_key) AND s.title_ext IN (p.ext, '')
    UNION ALL
    -- the sidecar's name is cut, and the title is of no help
    SELECT s.id, s.path, p.path, 4
      FROM sidecar_left AS s
      JOIN picture_left AS p ON p.folder = s.folder AND left(p.bare_key, 20) = left(s.base_key, 20) AND p.counter = s.counter
     WHERE s.is_cut AND (starts_with(p.bare_key || '.' || p.ext, s.base_key) OR p.is_cut AND starts_with(s.base_key, p.bare_key))
    UNION ALL
    -- the counters differ
    SELECT s.id, s.path, p.path, 5
      FROM sidecar_left AS s
      JOIN picture_left AS p ON p.folder = s.folder AND p.bare_key = s.title_stem AND p.ext = s.title_ext
    UNION ALL
    -- the extension differs: the still half of a live photo is not there
    SELECT s.id, s.path, p.path, 6
      FROM sidecar_left AS s JOIN picture_left AS p ON p.folder = s.folder AND p.stem_key = s.title_stem || s.counter
  ), likely AS (
    SELECT p.* FROM (SELECT p.*, min(p.rank) OVER (PARTITION BY p.id) AS best_of_sidecar, min(p.rank) OVER (PARTITION BY p.path) AS best_of_picture
                       FROM possible AS p) AS p
     WHERE p.rank = p.best_of_sidecar AND p.rank = p.best_of_picture
  ), loose AS MATERIALIZED (
    SELECT DISTINCT l.id, l.path
      FROM (SELECT l.*, min(l.path) OVER (PARTITION BY l.sidecar_path) = max(l.path) OVER (PARTITION BY l.sidecar_path) AS one_picture,
                   min(l.sidecar_path) OVER (PARTITION BY l.path) = max(l.sidecar_path) OVER (PARTITION BY l.path) AS one_sidecar
              FROM likely AS l) AS l
     WHERE l.one_picture AND l.one_sidecar
  ),
  -- An album may have the sidecar only, another folder the picture only: names with a date in them are believed.
  elsewhere AS MATERIALIZED (
    SELECT s.id, p.path
      FROM (SELECT s.id, imports.file_key(s.by_name) AS key, count(*) OVER w AS sidecars,
                   min(s.identity) OVER w = max(s.identity) OVER w AS agree
              FROM (SELECT s.*, coalesce(nullif(s.url, ''), concat(s.title, s.at)) AS identity FROM sidecar_left AS s) AS s
             WHERE s.by_name ~ '\d{8}' AND NOT EXISTS (SELECT FROM loose AS l WHERE l.id = s.id)
            WINDOW w AS (PARTITION BY imports.file_key(s.by_name))) AS s
      JOIN (SELECT p.path, p.key, min(f.sha256::text) OVER w = max(f.sha256::text) OVER w AS agree
              FROM picture_left AS p JOIN media AS m ON m.path = p.path JOIN user_data.file AS f ON f.id = m.id
             WHERE f.user_id = (SELECT lake.current_user_id()) AND NOT EXISTS (SELECT FROM loose AS l WHERE l.path = p.path)
            WINDOW w AS (PARTITION BY p.key)) AS p ON p.key = s.key AND p.agree
     WHERE s.agree
  ), link AS MATERIALIZED (
    SELECT path, id FROM direct UNION ALL SELECT path, id FROM loose UNION ALL SELECT DISTINCT path, id FROM elsewhere
  ), several AS MATERIALIZED (
    SELECT x.*, max(x.export) OVER (PARTITION BY x.path, x.identity) AS last_told
      FROM (SELECT l.path, l.id, s.path AS sidecar_path, left(s.file_id::text, 13) AS export,
                   coalesce(nullif(s.url, ''), concat(s.title, s.at)) AS identity
              FROM (SELECT l.path FROM link AS l GROUP BY 1 HAVING count(*) > 1) AS c
              JOIN link AS l ON l.path = c.path JOIN described AS s ON s.id = l.id) AS x
  ), rooted AS MATERIALIZED (
    -- whose sidecar a picture has: its own, its original's, its still's
    SELECT m.id, left(m.file_id::text, 13) AS export, e.original, CASE WHEN e.original IS NULL THEN v.still END AS still,
           CASE WHEN e.original IS NOT NULL THEN coalesce(o.still, e.original) ELSE coalesce(v.still, m.path) END AS root,
           CASE WHEN e.original IS NOT NULL THEN 'edited' WHEN v.still IS NOT NULL THEN 'moving' ELSE 'own' END AS relation
      FROM media AS m
      LEFT JOIN edited AS e ON e.path = m.path
      LEFT JOIN moving AS v ON v.path = m.path
      LEFT JOIN moving AS o ON o.path = e.original
  )
  SELECT r.id, l.id, r.relation, r.original, r.still
    FROM rooted AS r LEFT JOIN link AS l ON l.path = r.root
   WHERE NOT EXISTS (SELECT FROM several AS x WHERE x.path = r.root)
  UNION ALL
  -- Where the numbers of a name were dealt out anew in a later export, the sidecar of the picture's own export is right;
  -- of what several exports say of one picture, the last.
  (SELECT DISTINCT ON (r.id) r.id, x.id, r.relation, r.original, r.still
     FROM rooted AS r JOIN several AS x ON x.path = r.root
    ORDER BY r.id, x.last_told >= r.export DESC, CASE WHEN x.last_told >= r.export THEN x.last_told END, x.last_told DESC, x.identity,
             x.export DESC, x.sidecar_path DESC)
$$;
COMMENT ON FUNCTION imports.match_sidecars() IS
  'For every picture, film and sound of the acting user (user_data.file.id) its sidecar (user_data.sidecar.id) or NULL; '
  'whether it is its own, that of the original of an edited copy or that of the still half of a live photo; and which these '
  'are. A sidecar belongs to one picture; where several are possible, it belongs to none.';
GRANT EXECUTE ON FUNCTION imports.match_sidecars() TO lake_user;

CREATE OR REPLACE FUNCTION imports.settle_media(p_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
BEGIN
  -- Nothing of an import without files and sidecars can change what is there.
  IF NOT EXISTS (
    SELECT FROM imports.archive AS a
      JOIN imports.file AS f ON f.user_id = a.user_id AND f.archive_id = a.id
      JOIN imports.kind AS k ON k.kind = f.kind
     WHERE a.user_id = v_user AND a.import_id = p_import
       AND k.targets @? '$[*] ? (@.table == "user_data.file" || @.table == "user_data.sidecar" || @.table == "user_data.album")') THEN
    RETURN;
  END IF;

  -- Drive: when its owner changed a file last.
  UPDATE user_data.file AS f SET at = s.at
    FROM user_data.sidecar AS s
   WHERE f.user_id = v_user AND s.user_id = v_user AND s.path = f.path || '-info.json' AND f.product = 'Drive'
     AND s.at IS NOT NULL AND f.at IS DISTINCT FROM s.at;

  WITH matched AS MATERIALIZED (
    SELECT f.id, f.sha256, f.path, f.at, f.file_id, f.ordinal, m.sidecar, m.relation, m.original_path, m.still_path
      FROM imports.match_sidecars() AS m JOIN user_data.file AS f ON f.user_id = v_user AND f.id = m.file
  ), picked AS MATERIALIZED (
    -- Of the same bytes at several places: the newest description of the picture itself, the one in the bin last.
    SELECT DISTINCT ON (m.sha256) m.sha256, m.id, m.sidecar, m.relation, m.original_path, m.still_path
      FROM matched AS m LEFT JOIN user_data.sidecar AS s ON s.user_id = v_user AND s.id = m.sidecar
     ORDER BY m.sha256, (s.id IS NOT NULL AND m.relation = 'own') DESC, s.id IS NOT NULL DESC, left(s.file_id::text, 13) DESC NULLS LAST,
              s.trashed, m.relation = 'own', m.path, m.file_id
  ), chosen AS MATERIALIZED (
    SELECT p.sha256, f.name, f.media_type, f.size_bytes, f.attrs, p.relation, p.original_path, p.still_path,
           f.file_id AS found_in, s.path AS sidecar_path, s.title, s.description, s.url, s.at AS taken_at, s.people, s.favorite,
           s.archived, s.trashed, s.pos, s.altitude_m
      FROM picked AS p
      JOIN user_data.file AS f ON f.user_id = v_user AND f.id = p.id
      LEFT JOIN user_data.sidecar AS s ON s.user_id = v_user AND s.id = p.sidecar
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
     WHERE t.user_id = v_user AND t.file_id IS NOT NULL AND NOT EXISTS (SELECT FROM picked AS p WHERE p.sha256 = t.sha256)
  )
  INSERT INTO user_data.media_item AS t (user_id, at, at_source, sha256, title, description, media_type, size_bytes, width, height,
                                         duration_s, pos, camera, people, favorite, archived, trashed, paths, url,
                                         original_sha256, still_sha256, attrs, file_id, ordinal)
  SELECT v_user, i.at, i.at_source, i.sha256, i.title, i.description, i.media_type, i.size_bytes, i.width, i.height, i.duration_s,
         i.pos, i.camera, i.people, i.favorite, i.archived, i.trashed, i.paths, i.url, i.original_sha256, i.still_sha256, i.attrs,
         i.file_id, i.ordinal
    FROM item AS i
    LEFT JOIN user_data.media_item AS t ON t.user_id = v_user AND t.sha256 = i.sha256
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

  WITH album AS MATERIALIZED (
    SELECT a.ident, a.folder || '/' AS folder FROM user_data.album AS a WHERE a.user_id = v_user
  ), sidecar AS MATERIALIZED (
    SELECT s.path, regexp_replace(s.path, '[^/]*$', '') AS folder, s.url, s.title, s.at, s.created_at
      FROM user_data.sidecar AS s WHERE s.user_id = v_user
  ), picture AS MATERIALIZED (
    SELECT m.sha256, s.url, s.title, s.at, s.created_at
      FROM user_data.media_item AS m JOIN sidecar AS s ON s.path = m.attrs ->> 'sidecar'
     WHERE m.user_id = v_user AND m.original_sha256 IS NULL AND m.still_sha256 IS NULL
  ), member AS (
    SELECT a.ident, f.sha256, f.path
      FROM (SELECT f.sha256, f.path, regexp_replace(f.path, '[^/]*$', '') AS folder FROM user_data.file AS f WHERE f.user_id = v_user) AS f
      JOIN album AS a ON a.folder = f.folder
     WHERE EXISTS (SELECT FROM user_data.media_item AS m WHERE m.user_id = v_user AND m.sha256 = f.sha256)
    UNION ALL
    -- The album has its sidecar only: the same address of the service, else the same title, taken and uploaded in the same seconds.
    SELECT a.ident, p.sha256, s.path
      FROM sidecar AS s JOIN album AS a ON a.folder = s.folder JOIN picture AS p ON p.url = s.url
     WHERE s.url <> ''
    UNION ALL
    SELECT a.ident, p.sha256, s.path
      FROM sidecar AS s JOIN album AS a ON a.folder = s.folder
      JOIN (SELECT p.title, p.at, p.created_at, min(p.sha256::text)::bytea AS sha256
              FROM picture AS p GROUP BY 1, 2, 3 HAVING count(DISTINCT p.sha256) = 1) AS p
        ON p.title = s.title AND p.at = s.at AND p.created_at = s.created_at
  ), wanted AS MATERIALIZED (
    SELECT m.ident, m.sha256, min(m.path) AS path FROM member AS m GROUP BY 1, 2
  ), gone AS (
    DELETE FROM user_data.album_item AS t
     WHERE t.user_id = v_user AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.ident = t.album AND w.sha256 = t.sha256)
  )
  INSERT INTO user_data.album_item AS t (user_id, album, sha256, path)
  SELECT v_user, w.ident, w.sha256, w.path FROM wanted AS w ORDER BY 2, 3
  ON CONFLICT ON CONSTRAINT album_item_pkey DO UPDATE SET path = excluded.path WHERE t.path <> excluded.path;
END
$$;
COMMENT ON FUNCTION imports.settle_media(bigint) IS
  'Makes the acting user''s pictures and the contents of albums anew from files, sidecars and albums, and tells files of Drive '
  'when they were changed. The result depends on what is loaded, not on the order. Part of imports.finish_import.';
GRANT EXECUTE ON FUNCTION imports.settle_media(bigint) TO lake_user;
