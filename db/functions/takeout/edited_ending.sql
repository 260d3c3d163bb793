-- What Google Photos appends to the name of an edited copy, in the language of the account: the words that public
-- importers have met (GooglePhotosTakeoutHelper, immich-go, google-photos-migrate and others).

CREATE OR REPLACE FUNCTION takeout.edited_ending() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- English, German, French, Italian, Spanish (two), Catalan, Dutch, Polish, Danish, Norwegian, Swedish, Finnish,
  -- Czech and Slovak, Japanese, Chinese, Korean
  SELECT '^(.+)-(edited|effects|smile|mix|bearbeitet|modifié|modificato|ha editado|editado|editat|bewerkt|edytowane|redigeret|redigert|redigerad|muokattu|upravené|編集済み|编辑|편집됨)(\(\d+\))?$'
$$;
COMMENT ON FUNCTION takeout.edited_ending() IS
  'Pattern of the name of an edited copy without its extension: the original''s name, the word, a counter.';
GRANT EXECUTE ON FUNCTION takeout.edited_ending() TO lake_user;
