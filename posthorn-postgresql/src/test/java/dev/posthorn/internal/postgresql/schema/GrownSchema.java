package dev.posthorn.internal.postgresql.schema;

import dev.posthorn.internal.postgresql.connection.Database;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema as a later release may leave it: each table has one more column and one more index, and
 * there is another table. Programs of this release must be able to use it.
 */
public final class GrownSchema {
  private static final String GROWTH =
      """
      DO $$
      DECLARE
        found record;
      BEGIN
        FOR found IN
          SELECT oid::regclass AS name FROM pg_class
          WHERE relnamespace = 'posthorn'::regnamespace AND relkind IN ('r', 'p')
            AND NOT relispartition AND relname <> 'schema_version'
        LOOP
          EXECUTE 'ALTER TABLE ' || found.name || ' ADD COLUMN later text NOT NULL DEFAULT ''new''';
          EXECUTE 'CREATE INDEX ON ' || found.name || ' (later)';
        END LOOP;
      END $$;
      CREATE TABLE posthorn.later (id bigint PRIMARY KEY);
      """;

  private GrownSchema() {}

  /** Creates the schema, or leaves it as it is. */
  public static void migrate(Database database) {
    List<Script> scripts = new ArrayList<>(Script.all());
    int version = scripts.size();
    scripts.add(Script.of(version + 1, "-- Oldest program: " + version + "\n" + GROWTH));
    var unused = new Schema(database, scripts).migrate();
  }
}
