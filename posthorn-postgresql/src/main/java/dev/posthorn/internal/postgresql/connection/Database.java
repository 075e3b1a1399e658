package dev.posthorn.internal.postgresql.connection;

import dev.posthorn.PostgresqlOptions;
import dev.posthorn.spi.runtime.Owner;
import java.time.Duration;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with a schema: makes the connections to it, each with the limits of its purpose. */
public final class Database {
  /** The time in which a connection must be open. */
  private static final Duration OPENING = Duration.ofSeconds(10);

  private final PostgresqlOptions options;
  private final Opening opening;
  private final SchemaName schema;
  private final String where;
  private final Errors errors;

  private Database(PostgresqlOptions options, ConnectionSource source) {
    this.options = options;
    this.opening = new Opening(source, OPENING);
    this.schema = new SchemaName(options.schema());
    this.where = "the schema " + options.schema() + " of " + source.describe();
    this.errors = new Errors(where);
  }

  /** Returns the database that options name. Connects to nothing yet. */
  public static Database of(PostgresqlOptions options) {
    DataSource dataSource = options.dataSource();
    String url = options.url();
    if (dataSource != null) {
      return new Database(options, Sources.of(dataSource));
    }
    if (url == null) {
      throw new IllegalStateException("neither a URL nor a DataSource is set");
    }
    return new Database(options, Sources.of(url));
  }

  /** Returns the options. */
  public PostgresqlOptions options() {
    return options;
  }

  /** Returns the schema. */
  public SchemaName schema() {
    return schema;
  }

  /** Returns schema and database for messages, without secrets. */
  public String where() {
    return where;
  }

  /** Returns what maps its errors. */
  public Errors errors() {
    return errors;
  }

  /** Checks that this is a server and a source of connections that a store can use. */
  public void check() {
    new ServerCheck(this, opening).run();
  }

  /** Returns a connection for the lease. */
  public SingleConnection forLease() {
    return single(SessionSettings.lease(options.leaseDuration()));
  }

  /** Returns a connection that changes the schema, which may take as long as it needs. */
  public SingleConnection forSchema() {
    return single(SessionSettings.schema());
  }

  private SingleConnection single(SessionSettings settings) {
    return new SingleConnection(new KeptConnection(opening, settings), schema);
  }

  /** Returns the connections of a store. They are opened when they are needed. */
  public Sessions sessions(Fence fence) {
    SessionSettings reading = SessionSettings.reader(options.readTimeout());
    SilenceWatch silence = SilenceWatch.start(opening.source(), schema);
    WriterConnection writer =
        new WriterConnection(
            new KeptConnection(opening, SessionSettings.writer(options.leaseDuration())),
            schema,
            errors,
            fence,
            silence);
    KeptReader forWriter =
        new KeptReader(new KeptConnection(opening, reading), schema, errors, silence);
    PooledReaders readers =
        new PooledReaders(
            new PreparedDataSource(opening, reading),
            schema,
            errors,
            silence,
            options.readers(),
            options.listReaders());
    return new Sessions() {
      private volatile @Nullable HintListener listener;

      @Override
      public Writer writer() {
        return writer;
      }

      @Override
      public Readers forWriter() {
        return forWriter;
      }

      @Override
      public Readers forEngine() {
        return readers.forEngine();
      }

      @Override
      public Readers forLists(Owner owner) {
        return readers.forLists(owner);
      }

      @Override
      public void hint(String text) {
        HintListener.tell(forWriter, schema, text);
      }

      @Override
      public void listen(Consumer<String> told) {
        listener = HintListener.start(opening, reading, schema, told);
      }

      @Override
      public void close() {
        try (SilenceWatch watch = silence;
            WriterConnection last = writer;
            KeptReader then = forWriter;
            PooledReaders next = readers;
            HintListener first = listener) {
          // All are closed, even if closing another fails.
        }
      }
    };
  }
}
