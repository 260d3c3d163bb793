-- What hangs on an event of My Activity is found by it (imports.settle_activity_files).
CREATE OR REPLACE FUNCTION takeout.activity_key(p_at timestamptz, p_ident uuid) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT takeout.ident('activity', extract(epoch FROM p_at)::text, p_ident::text) $$;
COMMENT ON FUNCTION takeout.activity_key(timestamptz, uuid) IS
  'What user_data.attachment.ident says of an event, whose own ident is what it is apart from its time. Example: SELECT * FROM '
  'user_data.activity AS a JOIN user_data.attachment AS f ON f.ident = takeout.activity_key(a.at, a.ident).';
GRANT EXECUTE ON FUNCTION takeout.activity_key(timestamptz, uuid) TO lake_user;
