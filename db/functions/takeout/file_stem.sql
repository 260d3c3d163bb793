-- Lists that are called as their file is: playlists, lists of Saved, tables of settings.

CREATE OR REPLACE FUNCTION takeout.file_stem(p_path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(regexp_replace(p_path, '^.*/|\.[^./]*$', '', 'g'), '') $$;
COMMENT ON FUNCTION takeout.file_stem(text) IS 'The name of a file without its folders and its ending.';
GRANT EXECUTE ON FUNCTION takeout.file_stem(text) TO lake_user;
