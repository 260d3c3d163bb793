-- The registry of kinds. Each file in db/functions/takeout calls these two and defines the parsers they name.

CREATE OR REPLACE FUNCTION imports.required_texts(p_pattern text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_tokens text[] := ARRAY(SELECT m[1] FROM regexp_matches(
    p_pattern, '(\\u[0-9A-Fa-f]{4}|\\.|\[\^?\]?(?:\\.|[^]\\])*\]|\{\d+(?:,\d*)?\}|.)', 'g') AS m);
  v_token text;
  v_next text;
  v_depth integer := 0;
  v_group text;
  v_run text := '';       -- literal characters up to here
  v_some text[];
  v_best text[];          -- of this branch
  v_all text[] := '{}';   -- of the branches before
BEGIN
  -- Options that change the meaning of what follows.
  IF p_pattern ~ '^\*\*\*|\(\?[a-z]' THEN
    RETURN NULL;
  END IF;
  FOR i IN 1 .. cardinality(v_tokens) + 1 LOOP
    v_token := coalesce(v_tokens[i], '|');
    v_next := coalesce(v_tokens[i + 1], '');
    v_some := NULL;
    IF v_depth > 0 THEN
      v_depth := v_depth + CASE v_token WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END;
      IF v_depth > 0 THEN
        v_group := v_group || v_token;
        CONTINUE;
      END IF;
      -- A group that may be left out, or that only looks ahead, holds nothing that must be there.
      CONTINUE WHEN v_next ~ '^[*?{]' OR v_group ~ '^\?[^:]';
      v_some := imports.required_texts(regexp_replace(v_group, '^\?:', ''));
    ELSIF length(v_token) = 1 AND v_token !~ '[].^$*+?(){}|[]' OR v_token ~ '^\\[^[:alnum:]]$' THEN
      IF v_next !~ '^[*?{]' THEN
        v_run := v_run || right(v_token, 1);
        CONTINUE WHEN v_next <> '+';
      END IF;
      v_some := ARRAY[v_run];
      v_run := '';
    ELSE
      v_some := ARRAY[v_run];
      v_run := '';
    END IF;
    IF (SELECT min(length(s)) FROM unnest(v_some) AS s) > coalesce((SELECT min(length(b)) FROM unnest(v_best) AS b), 2) THEN
      v_best := v_some;
    END IF;
    IF v_depth = 0 AND v_token = '(' THEN
      v_depth := 1;
      v_group := '';
    ELSIF v_depth = 0 AND v_token = '|' THEN
      IF v_best IS NULL THEN
        RETURN NULL;
      END IF;
      v_all := v_all || v_best;
      v_best := NULL;
    END IF;
  END LOOP;
  -- A bracket that is not as expected.
  RETURN CASE WHEN v_depth = 0 THEN v_all END;
END
$$;
COMMENT ON FUNCTION imports.required_texts(text) IS
  'Texts of three characters and more, one of which stands in everything that a regular expression matches, as far as it can be '
  'read off it; else NULL. To look for a text is some fifty times quicker than to try the expression.';

CREATE OR REPLACE PROCEDURE imports.register_document(
  p_document text, p_product text, p_decoder text, p_paths text[] DEFAULT '{}', p_signature text DEFAULT NULL)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO imports.document (document, product, decoder, paths, signature, texts)
  VALUES (p_document, p_product, p_decoder, p_paths, p_signature, imports.required_texts(p_signature))
  ON CONFLICT (document) DO UPDATE SET (product, decoder, paths, signature, texts)
    = (excluded.product, excluded.decoder, excluded.paths, excluded.signature, excluded.texts);
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
