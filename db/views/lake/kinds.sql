-- The registry, as a list.

CREATE OR REPLACE VIEW lake.kinds WITH (security_invoker = true) AS
SELECT k.kind, d.product, d.paths AS patterns, d.decoder,
       ARRAY(SELECT DISTINCT t ->> 'table' FROM jsonb_array_elements(k.targets) AS t ORDER BY 1) AS targets,
       d.signature IS NOT NULL AS by_content
  FROM imports.kind AS k JOIN imports.document AS d USING (document);
COMMENT ON VIEW lake.kinds IS 'The kinds of record that the lake understands, how their files are named, and the tables they fill; '
  'by_content: a file of another name is known by what it holds.';
GRANT SELECT ON lake.kinds TO lake_user, lake_admin;
