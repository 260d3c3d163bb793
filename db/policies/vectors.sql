-- A user reads its own texts and where they stand, and the model, which says nothing about anybody. All writing
-- is done by functions of lake_service, which sees every user's rows and filters by user_id itself.
SELECT ops.isolate('vectors.text');
SELECT ops.isolate('vectors.item');
SELECT ops.isolate('vectors.collection');

DO $policies$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['text', 'item', 'collection'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS service_insert_policy ON vectors.%I', v_table);
    EXECUTE format('CREATE POLICY service_insert_policy ON vectors.%I FOR INSERT TO lake_service WITH CHECK (true)', v_table);
    EXECUTE format('DROP POLICY IF EXISTS service_update_policy ON vectors.%I', v_table);
    EXECUTE format('CREATE POLICY service_update_policy ON vectors.%I FOR UPDATE TO lake_service USING (true)', v_table);
    EXECUTE format('DROP POLICY IF EXISTS service_delete_policy ON vectors.%I', v_table);
    EXECUTE format('CREATE POLICY service_delete_policy ON vectors.%I FOR DELETE TO lake_service USING (true)', v_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON vectors.%I TO lake_service', v_table);
  END LOOP;
END
$policies$;

GRANT SELECT ON vectors.model, vectors.token, vectors.merge, vectors.source TO lake_user, lake_service;
