-- The registry, as a list.

CREATE OR REPLACE VIEW lake.kinds WITH (security_invoker = true) AS
SELECT k.kind, d.product, d.paths AS patterns, d.decoder,
       ARRAY(SELECT DISTINCT t ->> 'table' FROM jsonb_array_elements(k.targets) AS t ORDER BY 1) AS targets
  FROM imports.kind AS k JOIN imports.document AS d USING (document);
COMMENT ON VIEW lake.kinds IS 'The kinds of record that the lake understands, how their files are named, and the tables they fill.';
GRANT SELECT ON lake.kinds TO lake_user, lake_admin;
