-- The registry of kinds. Each file in db/functions/takeout calls these two and defines the parsers they name.

CREATE OR REPLACE PROCEDURE imports.register_document(
  p_document text, p_product text, p_decoder text, p_paths text[] DEFAULT '{}', p_signature text DEFAULT NULL)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO imports.document (document, product, decoder, paths, signature)
  VALUES (p_document, p_product, p_decoder, p_paths, p_signature)
  ON CONFLICT (document) DO UPDATE SET (product, decoder, paths, signature)
    = (excluded.product, excluded.decoder, excluded.paths, excluded.signature);
  -- The kinds follow in the same file; one that is no longer there is gone.
  DELETE FROM imports.kind WHERE document = p_document;
$$;
COMMENT ON PROCEDURE imports.register_document(text, text, text, text[], text) IS
  'Says how a type of file is recognised (regular expressions for its path, of which one that ends in \.json$ is tried on '
  'such names only; one for its first 8 KiB; imports.recognize), of which product it is (any: that of the folder it lies '
  'in) and which decoder splits it: json, csv, file …, or none. Its kinds are registered after it.';

CREATE OR REPLACE PROCEDURE imports.register_kind(
  p_kind text, p_document text, p_section integer, p_options jsonb, p_targets jsonb)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO imports.kind (kind, document, section, options, targets)
  SELECT p_kind, p_document, p_section, p_options,
         jsonb_agg(CASE WHEN t ? 'state' THEN jsonb_build_object('scope', p_kind, 'rank', 0) || t ELSE t END)
    FROM jsonb_array_elements(p_targets) AS t;
$$;
COMMENT ON PROCEDURE imports.register_kind(text, text, integer, jsonb, jsonb) IS
  'Adds a kind of record to a document: its section (0, 1, …), options for the decoder ({"list": ["locations"]}), '
  'and targets [{"table", "parser", "many": true when one record gives several rows, "apart": true when a record gives '
  'its row to one of the tables only, "coarse": true when its times are known to the second only, "newest": true when the '
  'newest export is to be believed and not the first, "state", "scope", "alone", "rank": see imports.settle_state}]. '
  'A parser is a pure function (p_records jsonb, p_file jsonb) that returns '
  'TABLE (ordinal bigint, reject text, columns of the table by name).';

CREATE OR REPLACE FUNCTION imports.registry_digest() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT md5(concat((SELECT string_agg(d::text, E'\n' ORDER BY d.document) FROM imports.document AS d),
                    (SELECT string_agg(k::text, E'\n' ORDER BY k.kind) FROM imports.kind AS k)))::uuid
$$;
COMMENT ON FUNCTION imports.registry_digest() IS 'Digest of all documents and kinds: changes when the lake knows more.';
GRANT EXECUTE ON FUNCTION imports.registry_digest() TO lake_user;
