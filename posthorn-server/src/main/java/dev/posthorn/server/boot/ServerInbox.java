package dev.posthorn.server.boot;

import dev.posthorn.InboxOptions;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.api.EngineDestination;
import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.inbox.OpenInbox;
import dev.posthorn.internal.rules.TokenRules;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.config.StoreSettings;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An inbox in a database of other programs, which write messages there in their own transactions.
 * All of its rows are for applications of one environment.
 *
 * @param options the place of the table
 * @param environment the name of the environment
 */
public record ServerInbox(InboxOptions options, String environment) {
  private static final int CONNECT_SECONDS = 5;

  /** The time that the relay waits while too much waits to be stored. */
  private static final long WAIT_MILLIS = 10_000;

  /** Returns the inbox that a configuration names, or null. */
  static @Nullable ServerInbox of(Configuration configuration) {
    String url = StoreSettings.inbox(configuration);
    if (url == null) {
      return null;
    }
    SettingReader settings = new SettingReader(configuration);
    String environment = configuration.text(Setting.INBOX_ENVIRONMENT);
    String problem = TokenRules.ENVIRONMENT.problem(environment);
    if (problem != null) {
      throw settings.bad(Setting.INBOX_ENVIRONMENT, problem);
    }
    try {
      return at(url, configuration.text(Setting.INBOX_TABLE), environment);
    } catch (PosthornException e) {
      throw settings.bad(Setting.INBOX_TABLE, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the inbox at a JDBC URL.
   *
   * @throws PosthornException with INVALID if the name of the table is invalid
   */
  public static ServerInbox at(String url, String table, String environment) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setTcpKeepAlive(true);
    source.setApplicationName("posthorn-inbox");
    source.setUrl(url);
    return new ServerInbox(InboxOptions.builder(source).table(table).build(), environment);
  }

  /**
   * Opens it; its relay is still to be started.
   *
   * @param strict whether unknown event types are refused
   * @throws BadSettingException if the table cannot be used
   */
  OpenInbox open(Engine engine, boolean strict) {
    var unused =
        engine
            .environmentAdmin()
            .require(environment)
            .orTimeout(WAIT_MILLIS, TimeUnit.MILLISECONDS)
            .join();
    try {
      return OpenInbox.open(
          options,
          new EngineDestination(
              engine,
              () -> id(engine),
              type -> {
                if (strict) {
                  requireKnown(engine, type);
                }
              },
              WAIT_MILLIS),
          engine.keyring());
    } catch (PosthornException e) {
      throw new BadSettingException(Setting.INBOX.flag() + ": " + e.getMessage(), e);
    }
  }

  private long id(Engine engine) {
    EnvironmentRow row = engine.environmentAdmin().environment(environment);
    return row == null ? 0 : row.id();
  }

  private void requireKnown(Engine engine, String type) {
    if (engine.registry().eventType(id(engine), type) == null) {
      throw PosthornException.invalid(
          "type", "\"" + type + "\" is unknown; create the event type, or switch strict off");
    }
  }
}
