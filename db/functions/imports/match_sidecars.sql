-- Which sidecar each picture has; a part of imports.settle_media. A picture and its sidecar may have come in different
-- parts, in either order, so nothing is matched before an import ends.
--
-- Google names the files of a folder like this, title being the true name:
--   picture   the title with & ' ? … replaced by _, cut to 51 characters with its extension, a counter before the extension
--   sidecar   the title and .supplemental-metadata (nothing before 2024), cut at 46, the counter after it, .json
-- so X(1).jpg belongs to X.jpg.supplemental-metadata(1).json, and both may be cut at different places. An edited copy
-- (X-edited.jpg, the word in the language of the account, cut where X is long) and the moving half of a live photo (X.MP4
-- beside X.HEIC, X.MP beside X.MP.jpg) have no sidecar of their own. Characters are those of UTF-16.
--
--   file_key        a name without the characters that Google replaces
--   utf16_length    how long Google takes a name to be
--   match_sidecars  which sidecar each picture of some folders has

CREATE OR REPLACE FUNCTION imports.file_key(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(translate(p_name, E'&''?%*:|"<>/\\@#+$,;=!`^{}[]', repeat('_', 26))) $$;
COMMENT ON FUNCTION imports.file_key(text) IS
  'A file''s name in the form in which a title and the name made of it are the same.';
GRANT EXECUTE ON FUNCTION imports.file_key(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.utf16_length(p_text text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT length(p_text) + length(regexp_replace(p_text, '[^\U00010000-\U0010FFFF]', '', 'g')) $$;
COMMENT ON FUNCTION imports.utf16_length(text) IS 'The length of a text in UTF-16, in units of two bytes.';
GRANT EXECUTE ON FUNCTION imports.utf16_length(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.match_sidecars(p_folders text[])
RETURNS TABLE (file bigint, sidecar bigint, relation text, original_path text, still_path text)
LANGUAGE sql STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- The tables were filled a moment ago and have no statistics yet: a nested loop would be a guess that costs hours.
SET enable_nestloop = off SET work_mem = '128MB'
AS $$
  WITH media AS MATERIALIZED (
    SELECT f.id, f.path, f.digits, f.sha256, f.file_id
      FROM user_data.file AS f
     WHERE f.user_id = (SELECT lake.current_user_id()) AND f.folder = ANY (p_folders) AND f.product <> 'Drive'
       AND (f.media_type ~ '^(image|video|audio)/'
            OR f.product = 'Google Photos' AND coalesce(f.media_type, 'application/octet-stream') = 'application/octet-stream')
  ), described AS MATERIALIZED (
    SELECT s.id, s.path, s.folder, s.digits, s.url, s.title, s.at, s.seen, s.file_id
      FROM user_data.sidecar AS s
     WHERE s.user_id = (SELECT lake.current_user_id()) AND s.folder = ANY (p_folders) AND right(s.path, 5) = '.json' AND NOT starts_with(s.path, 'Drive/')
  ), plain AS MATERIALIZED (
    -- Most are called like their picture, with an ending.
    SELECT DISTINCT d.id, m.path
      FROM described AS d
      JOIN media AS m ON m.path = CASE WHEN right(d.path, 27) = '.supplemental-metadata.json' THEN left(d.path, -27) ELSE left(d.path, -5) END
  ), other AS MATERIALIZED (
    SELECT d.*, substring(d.path FROM '([^/]*)\.json$') AS name
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
      FROM alone AS a,
           LATERAL (SELECT regexp_match(a.stem, '^(.+)-([^-(]*)(\(\d+\))?$') AS part) AS e,
           LATERAL (SELECT imports.utf16_length(e.part[1] || '-' || e.part[2]) AS length) AS l
     WHERE takeout.is_edited_ending(e.part[2], l.length = 47 OR l.length + 1 + imports.utf16_length(a.ext) = 51)
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
    SELECT n.id, n.path, n.folder, n.digits, n.url, n.title, n.at, n.counter, e.by_name, e.by_title, imports.file_key(n.title) AS title_key,
           imports.file_key(regexp_replace(n.title, '\.[^.]*$', '')) AS title_stem,
           lower(coalesce(substring(n.title FROM '\.([^.]*)$'), '')) AS title_ext,
           imports.file_key(n.bare) AS bare_key, imports.file_key(n.base) AS base_key,
           imports.utf16_length(n.base) BETWEEN 44 AND 46 AS is_cut
      FROM named AS n JOIN expected AS e USING (id)
     WHERE NOT EXISTS (SELECT FROM direct AS d WHERE d.id = n.id)
  ), picture_left AS MATERIALIZED (
    SELECT a.path, a.folder, a.key, lower(a.ext) AS ext, a.stem_key, coalesce(substring(a.stem FROM '\(\d+\)$'), '') AS counter,
           regexp_replace(a.stem_key, '\(\d+\)$', '') AS bare_key,
           imports.utf16_length(c.name) BETWEEN 48 AND 53 AS is_cut
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
      FROM (SELECT s.id, s.digits, imports.file_key(s.by_name) AS key,
                   min(s.identity) OVER w = max(s.identity) OVER w AS agree
              FROM (SELECT s.*, coalesce(nullif(s.url, ''), concat(s.title, s.at)) AS identity FROM sidecar_left AS s) AS s
             WHERE s.digits IS NOT NULL AND NOT EXISTS (SELECT FROM loose AS l WHERE l.id = s.id)
            WINDOW w AS (PARTITION BY s.digits, imports.file_key(s.by_name))) AS s
      JOIN (SELECT p.path, m.digits, p.key, min(m.sha256::text) OVER w = max(m.sha256::text) OVER w AS agree
              FROM picture_left AS p JOIN media AS m ON m.path = p.path
             WHERE NOT EXISTS (SELECT FROM loose AS l WHERE l.path = p.path)
            WINDOW w AS (PARTITION BY m.digits, p.key)) AS p ON p.digits = s.digits AND p.key = s.key AND p.agree
     WHERE s.agree
  ), link AS MATERIALIZED (
    SELECT path, id FROM direct UNION ALL SELECT path, id FROM loose UNION ALL SELECT DISTINCT path, id FROM elsewhere
  ), several AS MATERIALIZED (
    -- Paths of which several things are told: by several exports, of one picture or of one after the other.
    SELECT l.path, l.id, s.path AS sidecar_path, s.file_id, s.seen, coalesce(nullif(s.url, ''), concat(s.title, s.at)) AS identity
      FROM (SELECT l.path FROM link AS l GROUP BY 1 HAVING count(*) > 1) AS c
      JOIN link AS l ON l.path = c.path JOIN described AS s ON s.id = l.id
  ), last_told AS MATERIALIZED (
    SELECT DISTINCT ON (s.path, s.identity) s.path, s.identity, s.id
      FROM several AS s ORDER BY s.path, s.identity, left(s.file_id::text, 13) DESC NULLS LAST, s.sidecar_path DESC
  ), told AS MATERIALIZED (
    -- What a user wrote is told by no export, and so by the first of all.
    SELECT DISTINCT s.path, s.identity, e.at
      FROM several AS s, unnest(CASE WHEN s.seen = '{}' THEN '{-infinity}' ELSE s.seen END) AS e(at)
  ), rooted AS MATERIALIZED (
    -- whose sidecar a picture has: its own, its original's, its still's
    SELECT m.id, m.file_id, e.original, CASE WHEN e.original IS NULL THEN v.still END AS still,
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
  -- Where an export deals out the numbers of a name anew, a path is that of one picture and then of another: the picture is
  -- the one that its own export tells of there, else the next export, else the one before. Of what is told of that one, the last.
  (SELECT DISTINCT ON (r.id) r.id, l.id, r.relation, r.original, r.still
     FROM rooted AS r
     JOIN told AS t ON t.path = r.root
     JOIN last_told AS l ON l.path = t.path AND l.identity = t.identity,
          -- An id begins with the time of the export, in milliseconds.
          LATERAL (SELECT to_timestamp(('x' || left(replace(r.file_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) AS at) AS e
    ORDER BY r.id, t.at >= e.at DESC, CASE WHEN t.at >= e.at THEN t.at END, t.at DESC, t.identity)
$$;
COMMENT ON FUNCTION imports.match_sidecars(text[]) IS
  'For every picture, film and sound of the acting user (user_data.file.id) in these folders its sidecar (user_data.sidecar.id) or NULL; '
  'whether it is its own, that of the original of an edited copy or that of the still half of a live photo; and which these '
  'are. A sidecar belongs to one picture; where several are possible, it belongs to none. '
  'A name with eight digits is matched over folders: give all folders in which those digits are found.';
GRANT EXECUTE ON FUNCTION imports.match_sidecars(text[]) TO lake_user;
