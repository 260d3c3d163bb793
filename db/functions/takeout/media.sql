-- Pictures, films and sounds, of whatever product: Google Photos, attachments of Chat, Voice and Keep, recordings of the
-- Assistant. They are known by their names; what is in Google Photos without an extension is one of its pictures too.
-- Traps: the folder is called "Google Photos" with a no-break space in some languages; the times of members are mostly
-- the time of the export, which says nothing. What Google knows of a picture stands in a sidecar (photo_sidecar.sql), in
-- whatever part of the export: imports.settle_media brings them together.
CALL imports.register_document('media', 'any', 'file',
  ARRAY['^(?!(.*/)?Takeout/(Google )?Drive/)(?!(Google )?Drive/).*\.(jpe?g|jpe|png|gif|webp|heic|heif|avif|bmp|tiff?|dng|cr[23]|nef|arw|raf|orf|rw2|pef|srw|mp4|m4v|mov|qt|avi|mkv|webm|3gp|3g2|m2?ts|mpe?g|wmv|flv|mp(~\d+)?|mp3|m4a|aac|wav|og[ga]|opus|amr|flac|wma)$',
        '(^|/)Google[ \u00A0](Photos|Foto|Fotos|Фото)/[^/]+/(?!.*\.(json|html?|csv|txt|xml)$)[^/]+$']);
CALL imports.register_kind('media', 'media', 0, '{}', '[{"table": "user_data.file", "parser": "takeout.kept_file"}]');

CREATE OR REPLACE FUNCTION takeout.product_path(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(substring(replace(p_path, U&'\00A0', ' ') FROM '(?:^|/)Takeout/(?:[^/]+@[^/]+/)?(.+)$'),
                  substring(replace(p_path, U&'\00A0', ' ') FROM '(?:^|/)(Google (?:Photos|Foto|Fotos|Фото)/.+)$'),
                  replace(p_path, U&'\00A0', ' '))
$$;
COMMENT ON FUNCTION takeout.product_path(text) IS
  'A path from the product''s folder on, the same in whatever archive and however it was unpacked.';
GRANT EXECUTE ON FUNCTION takeout.product_path(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.kept_file(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, path text, name text, product text, media_type text,
               size_bytes bigint, sha256 bytea, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT f.ordinal,
         CASE WHEN f.sha256 IS NULL OR f.size IS NULL THEN 'the bytes are not in the blob store' END,
         -- Members mostly have the time of the export.
         CASE WHEN takeout.time_fault(f.record ->> 'modified', takeout.time(f.record ->> 'modified')) IS NULL
               AND takeout.time(f.record ->> 'modified') < (p_file ->> 'exported_at')::timestamptz - interval '2 days'
              THEN takeout.time(f.record ->> 'modified') END,
         f.path, regexp_replace(f.path, '^.*/', ''), p_file ->> 'product', f.record ->> 'media_type', f.size,
         decode(f.sha256, 'hex'), f.record ->> 'text',
         nullif(f.record - '{path,name,size,sha256,modified,media_type,text}'::text[], '{}')
    FROM (SELECT r.ordinal, r.record, takeout.product_path(coalesce(r.record ->> 'path', p_file ->> 'path')) AS path,
                 substring(r.record ->> 'sha256' FROM '^[0-9a-f]{64}$') AS sha256,
                 CASE WHEN pg_input_is_valid(r.record ->> 'size', 'bigint') THEN (r.record ->> 'size')::bigint END AS size
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS f
$$;
COMMENT ON FUNCTION takeout.kept_file(jsonb, jsonb) IS
  'A file for each record of the decoder file, whose bytes are in the blob store; what was read from them stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.kept_file(jsonb, jsonb) TO lake_user;
