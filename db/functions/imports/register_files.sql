-- What is in an archive: one row per member and kind of record, made before its records come.

CREATE OR REPLACE FUNCTION imports.sections(p_archive uuid, p_members jsonb)
RETURNS TABLE (member integer, path text, size_bytes bigint, product text, document text, decoder text, kind text, options jsonb,
               section integer, file_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH member AS MATERIALIZED (
    SELECT m.member, m.path, m.size_bytes, regexp_replace(m.path, '[^/]*$', '') AS folder
      FROM jsonb_to_recordset(p_members) AS m(member integer, path text, size_bytes bigint)
  ), folder AS MATERIALIZED (
    -- Many files, few folders.
    SELECT f.folder, imports.product_folder(f.folder) AS product FROM (SELECT DISTINCT m.folder FROM member AS m) AS f
  )
  SELECT m.member, m.path, m.size_bytes, coalesce(nullif(d.product, 'any'), f.product), d.document,
         d.decoder, k.kind, coalesce(k.options, '{}'), coalesce(k.section, 0)::integer,
         (substr(p_archive::text, 1, 28) || lpad(to_hex(m.member), 6, '0')
           || lpad(to_hex(coalesce(k.section, 0)), 2, '0'))::uuid
    FROM member AS m
    JOIN folder AS f ON f.folder = m.folder
    LEFT JOIN imports.recognize_members(p_members) AS r USING (member)
    -- What nobody knows is a file all the same (takeout/unknown.sql).
    LEFT JOIN imports.document AS d ON d.document = coalesce(r.document, 'unknown')
    LEFT JOIN imports.kind AS k ON k.document = d.document
$$;
COMMENT ON FUNCTION imports.sections(uuid, jsonb) IS
  'What members of an archive are, as far as the registry knows: a row for each kind of record that such a file may hold.';

CREATE OR REPLACE FUNCTION imports.forget_file(p_file uuid) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_table regclass;
  v_entity text;
BEGIN
  -- Of a thing that changes, what other exports tell stays, and imports.settle_state makes its row of that.
  FOR v_entity IN SELECT imports.entities(lake.current_user_id(), p_file) LOOP
    EXECUTE format(
      'DELETE FROM user_data.%I AS t USING user_data.version AS v
        WHERE v.user_id = $1 AND v.file_id = $2 AND v.entity = %1$L AND t.user_id = $1 AND t.ident = v.ident AND t.file_id IS NOT NULL', v_entity)
      USING lake.current_user_id(), p_file;
  END LOOP;
  FOR v_table IN SELECT DISTINCT imports.holding_table(t)
                   FROM imports.file AS f
                   JOIN imports.kind AS k ON k.kind = f.kind
                  CROSS JOIN jsonb_array_elements(k.targets) AS t
                  WHERE f.user_id = lake.current_user_id() AND f.id = p_file LOOP
    IF v_table = 'user_data.file'::regclass THEN
      -- Pictures that were made of it are made anew, or go: imports.settle_media knows them by this.
      UPDATE user_data.media_item AS m SET (file_id, ordinal) = (p_file, NULL)
        FROM user_data.file AS t
       WHERE t.user_id = lake.current_user_id() AND t.file_id = p_file
         AND m.user_id = lake.current_user_id() AND m.sha256 = t.sha256 AND m.file_id IS NOT NULL;
    END IF;
    -- The policy says whose rows these are: a hypertable cannot delete by a condition on user_id.
    EXECUTE format('DELETE FROM %s AS t WHERE t.file_id = $1', v_table) USING p_file;
  END LOOP;
  DELETE FROM imports.reject AS r WHERE r.user_id = lake.current_user_id() AND r.file_id = p_file;
  DELETE FROM imports.batch AS b WHERE b.user_id = lake.current_user_id() AND b.file_id = p_file;
END
$$;
COMMENT ON FUNCTION imports.forget_file(uuid) IS
  'Takes back what was made of a file of the acting user, before it is read as something else.';

CREATE OR REPLACE FUNCTION imports.register_files(p_archive uuid, p_members jsonb)
RETURNS TABLE (member integer, section integer, file_id uuid, kind text, decoder text, options jsonb, state text,
               done int8multirange)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
  v_sections jsonb;
BEGIN
  IF NOT EXISTS (SELECT FROM imports.archive AS a WHERE a.user_id = v_user AND a.id = p_archive) THEN
    RAISE EXCEPTION 'there is no archive %', p_archive USING ERRCODE = 'LK307',
      HINT = 'Call imports.begin_archive first.';
  END IF;
  SELECT coalesce(jsonb_agg(s), '[]') INTO v_sections FROM imports.sections(p_archive, p_members) AS s;
  PERFORM imports.forget_file(f.id)
     FROM jsonb_to_recordset(v_sections) AS s(file_id uuid, kind text)
     JOIN imports.file AS f ON f.user_id = v_user AND f.id = s.file_id
    WHERE f.kind <> coalesce(s.kind, '');
  INSERT INTO imports.file AS f (user_id, id, archive_id, path, size_bytes, product, document, kind, state, began_at)
  SELECT v_user, s.file_id, p_archive, s.path, s.size_bytes, s.product, s.document, s.kind, 'loading', clock_timestamp()
    FROM jsonb_to_recordset(v_sections) AS s(file_id uuid, path text, size_bytes bigint, product text, document text, kind text)
  -- A file that failed, or that is something else by what is known now, is tried again.
  ON CONFLICT ON CONSTRAINT file_pkey DO UPDATE
    SET (state, error, document, kind, product) = ('loading', NULL, excluded.document, excluded.kind, excluded.product)
    WHERE f.state = 'failed' OR (f.kind IS DISTINCT FROM excluded.kind);
  RETURN QUERY
  SELECT s.member, s.section, s.file_id, s.kind, s.decoder, s.options, f.state,
         coalesce((SELECT range_agg(b.ordinals) FROM imports.batch AS b
                    WHERE b.user_id = v_user AND b.file_id = s.file_id), '{}')
    FROM jsonb_to_recordset(v_sections)
           AS s(member integer, section integer, file_id uuid, kind text, decoder text, options jsonb)
    JOIN imports.file AS f ON f.user_id = v_user AND f.id = s.file_id
   ORDER BY s.member, s.section;
END
$$;
COMMENT ON FUNCTION imports.register_files(uuid, jsonb) IS
  'Members [{"member": 0, "path", "size_bytes", "head": first 8 KiB as text or null}] become files: one row each per '
  'kind of record (section). Gives the decoder and its options, the state (only loading needs work) and the '
  'ordinals that are in already. kind NULL: litter, which is not read. A file that is known as something else by now '
  'is taken back and read again.';
GRANT EXECUTE ON FUNCTION imports.register_files(uuid, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.product_folder(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(
           (SELECT n.product
              FROM (VALUES ('^YouTube', 'YouTube'),
                           ('^Google[ \u00A0](Photos|Foto|Fotos|Фото)$', 'Google Photos'),
                           ('^(My|Meine|Mijn|Mon|Mi|Le mie|La mia)[ \u00A0](Activity|Aktivit|activi|attivit|actividad)', 'My Activity'),
                           ('^Location[ \u00A0]History', 'Location History'),
                           ('^Maps( \(your places\))?$', 'Maps'),
                           ('^(Google )?Drive$', 'Drive'),
                           ('^Google Play Movies _ TV$', 'Google Play Movies & TV')) AS n(pattern, product)
             WHERE f.folder ~ n.pattern),
           f.folder)
    FROM (SELECT left(coalesce(substring(p_path FROM '(?:^|/)Takeout/([^/]+)/'),
                          substring(p_path FROM '(?:^|/)(Google[ \u00A0](?:Photos|Foto|Fotos|Фото))/'),
                          substring(p_path FROM '^([^/]+)/'), 'Other'), 100) AS folder) AS f
$$;
COMMENT ON FUNCTION imports.product_folder(text) IS
  'The product of a file that may be of any product: its folder below Takeout, by its English name where that is known.';
