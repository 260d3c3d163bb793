-- Which document a file is, by its path and its first 8 KiB.
--
-- PostgreSQL keeps 32 compiled regular expressions, and the registry has hundreds: tried file by file, each one would be
-- compiled each time, 30 ms a file. So a group of files is recognised at once, expression by expression, and one that
-- ends in \.json$ is tried on such files only. A signature is tried on heads only that hold one of its texts.

CREATE OR REPLACE FUNCTION imports.name_ending(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(substring(p_path FROM '\.([A-Za-z0-9]+)$')) $$;
COMMENT ON FUNCTION imports.name_ending(text) IS 'json of a/b.JSON; NULL when the name has none.';
GRANT EXECUTE ON FUNCTION imports.name_ending(text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.path_pattern()
RETURNS TABLE (document text, decoder text, certain boolean, signature text, ending text, pattern text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT d.document, d.decoder, d.signature IS NULL, d.signature, substring(p FROM '\\\.([a-z0-9]+)[$]\Z'),
         string_agg('(?:' || p || ')', '|' ORDER BY n)
    FROM imports.document AS d, unnest(d.paths) WITH ORDINALITY AS u(p, n)
   GROUP BY d.document, 5
$$;
COMMENT ON FUNCTION imports.path_pattern() IS
  'The path patterns of the documents, joined for each ending of names that they ask for (NULL: any).';
GRANT EXECUTE ON FUNCTION imports.path_pattern() TO lake_user;

CREATE OR REPLACE FUNCTION imports.recognize_members(p_members jsonb) RETURNS TABLE (member integer, document text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH member AS MATERIALIZED (
    SELECT m.member, m.path, m.head, imports.name_ending(m.path) AS ending
      FROM jsonb_to_recordset(p_members) AS m(member integer, path text, head text)
  ), named AS MATERIALIZED (
    SELECT f.member, p.document, p.certain, p.signature
      FROM imports.path_pattern() AS p
     CROSS JOIN LATERAL (SELECT m.member FROM member AS m
                          WHERE (p.ending IS NULL OR m.ending = p.ending) AND m.path ~* p.pattern OFFSET 0) AS f
  ), undecided AS MATERIALIZED (
    SELECT m.member, m.head FROM member AS m
     WHERE NOT EXISTS (SELECT FROM named AS n WHERE n.member = m.member AND n.certain)
  ), agreeing AS MATERIALIZED (
    SELECT f.member, n.document
      FROM (SELECT DISTINCT n.document, n.signature FROM named AS n) AS n
     CROSS JOIN LATERAL (SELECT u.member FROM undecided AS u
                          WHERE u.member IN (SELECT o.member FROM named AS o WHERE o.document = n.document)
                            AND u.head ~ n.signature OFFSET 0) AS f
  ), silent AS MATERIALIZED (
    SELECT u.member, u.head FROM undecided AS u WHERE u.member NOT IN (SELECT a.member FROM agreeing AS a)
  ), likely AS MATERIALIZED (
    -- In the order of signatures, so that each one is compiled once.
    SELECT DISTINCT ON (f.document, f.member) f.document, f.signature, f.member, f.head
      FROM (SELECT d.document, d.signature, s.member, s.head
              FROM imports.document AS d CROSS JOIN unnest(d.texts) AS t(text) JOIN silent AS s ON strpos(s.head, t.text) > 0) AS f
     ORDER BY f.document, f.member
  ), told AS (
    SELECT l.member, l.document FROM likely AS l WHERE l.head ~ l.signature
    UNION ALL
    SELECT f.member, d.document
      FROM imports.document AS d
     CROSS JOIN LATERAL (SELECT s.member FROM silent AS s WHERE s.head ~ d.signature OFFSET 0) AS f
     WHERE d.signature IS NOT NULL AND d.texts IS NULL
  )
  -- A name that needs no content is believed first: litter, Drive. Then name and content, content alone, a name alone.
  SELECT DISTINCT ON (found.member) found.member, found.document
    FROM (SELECT n.member, n.document, CASE WHEN n.certain THEN 1 ELSE 4 END AS rank FROM named AS n
          UNION ALL SELECT a.member, a.document, 2 FROM agreeing AS a
          UNION ALL SELECT t.member, t.document, 3 FROM told AS t) AS found
   ORDER BY found.member, found.rank, found.document
$$;
COMMENT ON FUNCTION imports.recognize_members(jsonb) IS
  'The document types of members [{"member", "path", "head": first 8 KiB as text or null}]; none for those nobody knows.';
GRANT EXECUTE ON FUNCTION imports.recognize_members(jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.recognize(p_path text, p_head text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.document
    FROM imports.recognize_members(jsonb_build_array(jsonb_build_object('member', 0, 'path', p_path, 'head', p_head))) AS r
$$;
COMMENT ON FUNCTION imports.recognize(text, text) IS
  'The document type of one file, by its path and its first 8 KiB as text (NULL when it is no text); NULL when unknown.';
GRANT EXECUTE ON FUNCTION imports.recognize(text, text) TO lake_user;

CREATE OR REPLACE FUNCTION imports.room_needed(p_endings jsonb) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  -- What ends like a document without files in it (json, csv) becomes rows; all else may be kept as it is.
  SELECT coalesce(sum(e.bytes::bigint), 0)::bigint
    FROM jsonb_each_text(p_endings) AS e(ending, bytes)
   WHERE e.ending NOT IN (SELECT p.ending FROM imports.path_pattern() AS p WHERE p.ending IS NOT NULL
                           GROUP BY p.ending HAVING bool_and(p.decoder IN ('json', 'csv', 'lines', 'html', 'activity_html', 'xml')))
$$;
COMMENT ON FUNCTION imports.room_needed(jsonb) IS
  'At most so many bytes of an archive go to the blob store, by the bytes of each ending of names ({"jpg": 1000, "": 5}).';
GRANT EXECUTE ON FUNCTION imports.room_needed(jsonb) TO lake_user;
