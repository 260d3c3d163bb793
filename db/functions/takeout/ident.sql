-- What a thing is, apart from what it looks like today: one number of the words that name it.

CREATE OR REPLACE FUNCTION takeout.ident(VARIADIC p_parts text[]) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
-- STABLE as array_to_string is: declared IMMUTABLE, it is not inlined and takes twice as long.
AS $$ SELECT md5(array_to_string(p_parts, E'\u001F', ''))::uuid $$;
COMMENT ON FUNCTION takeout.ident(text[]) IS
  'Digest of some texts in order, NULL being empty; the first is a namespace (''contact''), so that kinds never collide.';
GRANT EXECUTE ON FUNCTION takeout.ident(text[]) TO lake_user;
