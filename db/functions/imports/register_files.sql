-- What is in an archive: one row per member and kind of record, made before its records come.

CREATE OR REPLACE FUNCTION imports.register_files(p_archive uuid, p_members jsonb)
RETURNS TABLE (member integer, section integer, file_id uuid, kind text, decoder text, options jsonb, state text,
               done int8multirange)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: users only read the bookkeeping.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_user bigint := lake.current_user_id();
BEGIN
  IF NOT EXISTS (SELECT FROM imports.archive AS a WHERE a.user_id = v_user AND a.id = p_archive) THEN
    RAISE EXCEPTION 'there is no archive %', p_archive USING ERRCODE = 'LK307',
      HINT = 'Call imports.begin_archive first.';
  END IF;
  RETURN QUERY
  WITH found AS MATERIALIZED (
    SELECT m.member, m.path, m.size_bytes, r.document
      FROM jsonb_to_recordset(p_members) AS m(member integer, path text, size_bytes bigint)
      LEFT JOIN imports.recognize_members(p_members) AS r USING (member)
  ), section AS MATERIALIZED (
    SELECT f.member, f.path, f.size_bytes, d.document, d.decoder, k.kind, k.options, coalesce(k.section, 0)::integer AS section,
           coalesce(nullif(d.product, 'any'), imports.product_folder(f.path)) AS product,
           (substr(p_archive::text, 1, 28) || lpad(to_hex(f.member), 6, '0')
             || lpad(to_hex(coalesce(k.section, 0)), 2, '0'))::uuid AS file_id
      FROM found AS f
      LEFT JOIN imports.document AS d ON d.document = f.document
      LEFT JOIN imports.kind AS k ON k.document = f.document
  ), added AS (
    INSERT INTO imports.file AS f (user_id, id, archive_id, path, size_bytes, product, document, kind, state, began_at)
    SELECT v_user, s.file_id, p_archive, s.path, s.size_bytes, s.product, s.document, s.kind, 'loading', clock_timestamp()
      FROM section AS s
    -- A file that failed, or that nobody knew how to read, is tried again with what is known now.
    ON CONFLICT ON CONSTRAINT file_pkey DO UPDATE
      SET (state, error, document, kind, product) = ('loading', NULL, excluded.document, excluded.kind, excluded.product)
      WHERE f.state = 'failed' OR (f.kind IS DISTINCT FROM excluded.kind)
  )
  SELECT s.member, s.section, s.file_id, s.kind, coalesce(s.decoder, 'bytes'), coalesce(s.options, '{}'),
         coalesce(CASE WHEN f.state = 'failed' OR f.kind IS DISTINCT FROM s.kind THEN 'loading' ELSE f.state END,
                  'loading'),
         coalesce((SELECT range_agg(b.ordinals) FROM imports.batch AS b
                    WHERE b.user_id = v_user AND b.file_id = s.file_id), '{}')
    FROM section AS s
    LEFT JOIN imports.file AS f ON f.user_id = v_user AND f.id = s.file_id
   ORDER BY s.member, s.section;
END
$$;
COMMENT ON FUNCTION imports.register_files(uuid, jsonb) IS
  'Members [{"member": 0, "path", "size_bytes", "head": first 8 KiB as text or null}] become files: one row each per '
  'kind of record (section). Gives the decoder and its options, the state (only loading needs work) and the '
  'ordinals that are in already. kind NULL: unrecognized, its bytes are kept.';
GRANT EXECUTE ON FUNCTION imports.register_files(uuid, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION imports.product_folder(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN f.folder ~ '^YouTube' THEN 'YouTube'
              WHEN f.folder ~ '^Google[ \u00A0](Photos|Foto|Fotos|Фото)$' THEN 'Google Photos'
              WHEN f.folder ~ '^(My|Meine|Mijn|Mon|Mi|Le mie|La mia)[ \u00A0](Activity|Aktivit|activi|attivit|actividad)' THEN 'My Activity'
              ELSE f.folder END
    FROM (SELECT coalesce(substring(p_path FROM '(?:^|/)Takeout/([^/]+)/'),
                          substring(p_path FROM '(?:^|/)(Google[ \u00A0](?:Photos|Foto|Fotos|Фото))/'),
                          substring(p_path FROM '^([^/]+)/'), 'Other') AS folder) AS f
$$;
COMMENT ON FUNCTION imports.product_folder(text) IS
  'The product of a file that may be of any product: its folder below Takeout, by its English name where that is known.';
