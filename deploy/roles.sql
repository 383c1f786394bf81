-- 三个数据库角色 / Three database roles: who runs owns nothing, and who seals is not who serves.
--
--   kaigong_owner   migrates: owns every table, runs nothing else
--   kaigong_web     the web processes: appends entries and reads the tree; changes or seals nothing of the trail
--   kaigong_worker  workers and sequencer: the same, and seals: inserts leaves, nodes, checkpoints, deliveries
--
-- Run it as a superuser in Kaigong's database, before the first and after every `manage.py migrate`: it may be run again
-- and again. A table that a migration has just made is closed to web and workers until then. Read
-- docs/howto/database-roles.md first.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['kaigong_owner', 'kaigong_web', 'kaigong_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO kaigong_owner, kaigong_web, kaigong_worker', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO kaigong_owner', current_database());
END $$;

ALTER SCHEMA public OWNER TO kaigong_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, kaigong_web, kaigong_worker;
GRANT USAGE ON SCHEMA public TO kaigong_web, kaigong_worker;

-- Everything belongs to the owner; what was granted before is taken back, so that this file alone says who may do what.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname, c.relkind
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'S')
        -- A sequence of a column follows its table, and may not be given away by itself.
        ORDER BY c.relkind = 'S', c.relname
    LOOP
        IF found.relkind <> 'S' THEN
            EXECUTE format('ALTER TABLE %s OWNER TO kaigong_owner', found.name);
        END IF;
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, kaigong_web, kaigong_worker', found.name);
        IF found.relkind = 'S' THEN
            CONTINUE;
        ELSIF found.relname LIKE 'audit\_%' OR found.relname = 'django_migrations' THEN
            EXECUTE format('GRANT SELECT ON %s TO kaigong_web, kaigong_worker', found.name);
        ELSE
            EXECUTE format(
                'GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kaigong_web, kaigong_worker', found.name);
        END IF;
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.prokind = 'f'
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO kaigong_owner', found.name);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', found.name);
    END LOOP;
END $$;

-- Numbers of new rows: nextval, never setval.
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kaigong_web, kaigong_worker;

-- The trail, once the first migration has made it. Entries are appended by whoever acts; findings are raised at night and
-- resolved by a person on a page; the tree is the sequencer's.
DO $$
BEGIN
    IF to_regclass('public.audit_treeleaf') IS NULL THEN
        RAISE NOTICE 'No tables yet: migrate as kaigong_owner, then run this file again.';
        RETURN;
    END IF;
    GRANT INSERT ON audit_entry, audit_finding TO kaigong_web, kaigong_worker;
    GRANT UPDATE (resolved_at, resolved_by, resolution) ON audit_finding TO kaigong_web;
    -- Personal data beside the trail: whoever acts keeps it, an erasure takes it away; verifications are asked and run.
    GRANT INSERT, DELETE ON audit_privatevalue TO kaigong_web, kaigong_worker;
    GRANT INSERT, UPDATE ON audit_erasure TO kaigong_web;
    -- An auditor's own questions are no part of the trail; that they were saved or dropped is.
    GRANT INSERT, UPDATE, DELETE ON audit_savedsearch TO kaigong_web;
    GRANT INSERT, UPDATE ON audit_verificationrun, audit_exportrun TO kaigong_web, kaigong_worker;
    GRANT INSERT ON audit_treeleaf, audit_treenode, audit_signedcheckpoint, audit_checkpointdelivery TO kaigong_worker;
    REVOKE ALL ON SEQUENCE audit_checkpointdelivery_id_seq FROM kaigong_web;
END $$;
