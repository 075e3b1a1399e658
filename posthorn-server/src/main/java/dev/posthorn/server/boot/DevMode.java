package dev.posthorn.server.boot;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.engine.registry.TokenAdmin;
import dev.posthorn.server.admin.ConsoleLinks;
import dev.posthorn.server.auth.Tokens;
import dev.posthorn.server.config.BadSettingException;
import dev.posthorn.server.config.Configuration;
import dev.posthorn.server.config.Setting;
import dev.posthorn.server.config.SettingFlags;
import dev.posthorn.server.config.SettingReader;
import dev.posthorn.server.config.StoreSettings;
import dev.posthorn.server.config.TempFolder;
import dev.posthorn.server.sample.SampleData;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.TokenGrant;
import dev.posthorn.spi.store.rows.TokenRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParseResult;

/**
 * The settings, token and application of a development server. Its database is in a temporary
 * folder, and it may deliver to this machine.
 */
final class DevMode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevMode.class);
  private static final String LOOPBACK = "127.0.0.0/8,::1";
  private static final String ENVIRONMENT = "org_default";
  private static final String APPLICATION = "dev";
  private static final int KEY_BYTES = 32;
  private static final long WAIT_SECONDS = 10;

  private final TempFolder folder;
  private final Configuration configuration;
  private final String key;
  private volatile @Nullable SampleData sample;

  private DevMode(TempFolder folder, Configuration configuration, String key) {
    this.folder = folder;
    this.configuration = configuration;
    this.key = key;
  }

  /**
   * Creates the mode for a command, and its temporary folder.
   *
   * @throws BadSettingException if a flag contradicts it
   */
  static DevMode create(ParseResult parsed, Map<String, String> environment) {
    Configuration given = SettingFlags.read(parsed, environment);
    refuse(given, Setting.DB, "its database is a temporary one");
    refuse(given, Setting.STORE, "its database is a temporary one");
    refuse(given, Setting.INBOX, "it takes no messages out of the databases of other programs");
    StoreSettings.ofPostgresql()
        .forEach(setting -> refuse(given, setting, "it uses no PostgreSQL database"));
    refuse(given, Setting.SECRET_KEY, "it makes a key");
    refuse(given, Setting.PUBLIC_URL, "nobody reaches it from elsewhere");
    refuse(given, Setting.PROXY, "a proxy does not reach this machine's receivers");
    Map<Setting, String> own = new EnumMap<>(Setting.class);
    own.put(Setting.PUBLIC_URL, "");
    own.put(Setting.STORE, "");
    own.put(Setting.INBOX, "");
    StoreSettings.ofPostgresql().forEach(setting -> own.put(setting, setting.defaultValue()));
    own.put(Setting.PROXY, "");
    own.put(Setting.PROXY_RESOLVE, Setting.PROXY_RESOLVE.defaultValue());
    String networks = given.text(Setting.ALLOW_NETWORK);
    own.put(Setting.ALLOW_NETWORK, networks.isEmpty() ? LOOPBACK : networks + "," + LOOPBACK);
    stayHere(given, Setting.LISTEN, own);
    stayHere(given, Setting.ADMIN_LISTEN, own);
    String key = newKey();
    own.put(Setting.SECRET_KEY, key);
    TempFolder folder = TempFolder.create("posthorn-dev");
    own.put(Setting.DB, folder.path().resolve("posthorn.db").toString());
    return new DevMode(
        folder, SettingFlags.read(parsed, environment, new Configuration.Fixed(own, "--dev")), key);
  }

  /** Refuses a setting whose flag is given; a variable or a file may be meant for other servers. */
  private static void refuse(Configuration given, Setting setting, String why) {
    Configuration.Value value = given.value(setting);
    if (value.source().equals(setting.flag())) {
      throw contradiction(setting, why + "; leave one of the two out");
    }
    if (!value.text().equals(setting.defaultValue())) {
      LOG.warn("Ignored {} from {}: with --dev {}", setting.key(), value.source(), why);
    }
  }

  private static BadSettingException contradiction(Setting setting, String why) {
    return new BadSettingException(setting.flag() + ": not with --dev: " + why, null);
  }

  /** Keeps a listener on this machine, since clients of the API reach what is behind it. */
  private static void stayHere(Configuration given, Setting setting, Map<Setting, String> own) {
    Configuration.Value value = given.value(setting);
    if (value.text().isEmpty() || value.text().equals("none")) {
      return;
    }
    InetAddress address = new SettingReader(given).address(setting).getAddress();
    if (address != null && address.isLoopbackAddress()) {
      return;
    }
    String why = "it listens on this machine alone";
    if (value.source().equals(setting.flag())) {
      throw contradiction(setting, why + "; give 127.0.0.1:PORT, or leave one of the two out");
    }
    LOG.warn("Ignored {} from {}: with --dev {}", setting.key(), value.source(), why);
    own.put(setting, setting.defaultValue());
  }

  private static String newKey() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Returns the settings of the server. */
  Configuration configuration() {
    return configuration;
  }

  /**
   * Creates a token and an application, and prints commands that use them.
   *
   * @param withSample whether sample data is added, too
   */
  void introduce(PosthornServer server, PrintWriter out, boolean withSample) {
    String token = token(server.engine());
    String url = server.url();
    out.printf(
        """

        FOR DEVELOPMENT ONLY: this server delivers to this machine, and forgets everything when it stops.

          console     %s
          API         %s
          token       %s
          secret key  %s
          database    %s

        Receive, in a second shell:

          bin/posthorn listen --forward-from %s --app %s --token %s

        Send, in a third one:

          curl %s/api/v1/app/%s/msg -H 'Authorization: Bearer %s' -d '{"eventType":"invoice.paid","payload":{"id":"inv_1"}}'

        """,
        link(server, url),
        url,
        token,
        key,
        configuration.text(Setting.DB),
        url,
        APPLICATION,
        token,
        url,
        APPLICATION,
        token);
    if (withSample) {
      SampleData started = SampleData.start(url, token);
      sample = started;
      out.printf("%s: open the console.%n%n", started.summary());
    }
    out.flush();
  }

  /** Ends the messages and receivers of the sample, if there is one. */
  void endSample() {
    SampleData started = sample;
    if (started != null) {
      started.close();
    }
  }

  /** Returns a link that opens the console without a token, once. */
  private static String link(PosthornServer server, String url) {
    ConsoleLinks links = server.consoleLinks();
    return links == null
        ? url + "/console"
        : links.make(ENVIRONMENT, "serve --dev", false, DevMode::done).url();
  }

  private static String token(Engine engine) {
    EnvironmentRow environment = done(engine.environmentAdmin().require(ENVIRONMENT));
    var unusedApplication =
        done(
            engine
                .applicationAdmin()
                .create(environment.id(), APPLICATION, "Development", Map.of()));
    String token = Tokens.generate(Tokens.API_KEY);
    var unusedRow =
        done(
            engine
                .tokenAdmin()
                .add(
                    new TokenAdmin.NewToken(
                        new TokenGrant(environment.id(), 0, TokenRow.Kind.API_KEY, List.of(), 0),
                        "serve --dev",
                        Tokens.hash(token),
                        Tokens.hint(token))));
    return token;
  }

  private static <T> T done(CompletableFuture<T> change) {
    return change.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Deletes the database. */
  @Override
  public void close() {
    try {
      folder.close();
    } catch (IOException e) {
      LOG.warn("Temporary folder {} could not be deleted", folder.path(), e);
    }
  }
}
