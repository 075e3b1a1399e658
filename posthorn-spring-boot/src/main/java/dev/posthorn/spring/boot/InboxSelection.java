package dev.posthorn.spring.boot;

import dev.posthorn.InboxOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.spring.boot.PosthornProperties.InboxSchemaMode;
import javax.sql.DataSource;

/** The inbox that the properties describe, in the database of the program. */
final class InboxSelection {
  private final PosthornProperties.Inbox properties;
  private final ProgramDatabase database;

  InboxSelection(PosthornProperties.Inbox properties, ProgramDatabase database) {
    this.properties = properties;
    this.database = database;
  }

  /** Returns the options; creates the table if the properties say so. */
  InboxOptions options() {
    DataSource source = database.orNone("set posthorn.inbox.enabled=false");
    if (source == null) {
      throw PosthornException.invalid(
          "dataSource", "there is none for the inbox; set posthorn.inbox.enabled=false");
    }
    InboxOptions.Builder builder = InboxOptions.builder(source);
    OptionsFactory.get("inbox.table", properties.table(), builder::table);
    OptionsFactory.get("inbox.poll-interval", properties.pollInterval(), builder::pollInterval);
    OptionsFactory.get("inbox.page-size", properties.pageSize(), builder::pageSize);
    builder.encryptPayloads(properties.encryptPayloads());
    if (properties.schemaMode() == InboxSchemaMode.CREATE) {
      new InboxTable(source, properties.table()).createIfMissing();
    }
    return builder.build();
  }
}
