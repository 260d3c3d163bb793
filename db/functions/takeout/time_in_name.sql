-- The time that cameras, phones and Google itself write into the names of files.

CREATE OR REPLACE FUNCTION takeout.time_in_name(p_name text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_part text[] := regexp_match(p_name,
    '(?<![0-9])((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)[-_T ]([0-2]\d)[-_.:]?([0-5]\d)[-_.:]?([0-5]\d)_?(\d{3})?(?![0-9])');
  v_text text := format('%s-%s-%sT%s:%s:%s.%sZ', v_part[1], v_part[2], v_part[3], v_part[4], v_part[5], v_part[6], coalesce(v_part[7], '0'));
BEGIN
  RETURN CASE WHEN v_part IS NOT NULL AND pg_input_is_valid(v_text, 'timestamptz') THEN v_text::timestamptz END;
END
$$;
COMMENT ON FUNCTION takeout.time_in_name(text) IS
  'The time in a name such as IMG_20230405_060708.jpg, PXL_20230512_184501777.jpg, Screenshot_2023-07-04-22-15-30.png, '
  '2024-02-10_18_00_00_111_UTC.mp3; read as UTC, since the name does not say. NULL where there is none.';
GRANT EXECUTE ON FUNCTION takeout.time_in_name(text) TO lake_user;
