package dev.posthorn.server.boot;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.SqliteOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.internal.runtime.StorePlace;
import dev.posthorn.server.admin.AdminToken;
import dev.posthorn.server.config.ShownSetting;
import dev.posthorn.server.endpointalert.AlertOptions;
import dev.posthorn.server.http.Cors;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.server.portal.PortalLook;
import dev.posthorn.server.tracing.TracingOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of a server.
 *
 * @param store the SQLite file or PostgreSQL database
 * @param keyring the keys that encrypt secrets
 * @param access listeners and authentication
 * @param engine the options of deliveries
 * @param transport the options of requests to receivers
 * @param limits the limits of the API's clients
 * @param manner the rest
 */
public record ServerOptions(
    StorePlace store,
    Keyring keyring,
    Access access,
    EngineOptions engine,
    HttpTransportOptions transport,
    HttpLimits limits,
    Tuning manner) {

  /** Creates options with the default manner. */
  public ServerOptions(
      StorePlace store,
      Keyring keyring,
      Access access,
      EngineOptions engine,
      HttpTransportOptions transport,
      HttpLimits limits) {
    this(store, keyring, access, engine, transport, limits, Tuning.DEFAULT);
  }

  /** Returns a store in a SQLite file. */
  public static StorePlace file(Path file) {
    return new StorePlace.SqliteFile(file, SqliteOptions.defaults());
  }

  /** Returns the database file, or null if the store is not a file. */
  public @Nullable Path database() {
    return store instanceof StorePlace.SqliteFile sqlite ? sqlite.file() : null;
  }

  /** Returns the place of a token for changes over the admin listener. */
  AdminToken.Source adminTokenSource() {
    if (database() != null) {
      return AdminToken.Source.FILE;
    }
    return access.adminToken() == null ? AdminToken.Source.NONE : AdminToken.Source.SETTING;
  }

  /** Returns these options with another store. */
  public ServerOptions withStore(StorePlace other) {
    return new ServerOptions(other, keyring, access, engine, transport, limits, manner);
  }

  /** Returns these options with other listeners and authentication. */
  public ServerOptions withAccess(Access other) {
    return new ServerOptions(store, keyring, other, engine, transport, limits, manner);
  }

  /** Returns these options with other options of deliveries. */
  public ServerOptions withEngine(EngineOptions other) {
    return new ServerOptions(store, keyring, access, other, transport, limits, manner);
  }

  /** Returns these options with other options of requests to receivers. */
  public ServerOptions withTransport(HttpTransportOptions other) {
    return new ServerOptions(store, keyring, access, engine, other, limits, manner);
  }

  /** Returns these options with other limits of the API's clients. */
  public ServerOptions withLimits(HttpLimits other) {
    return new ServerOptions(store, keyring, access, engine, transport, other, manner);
  }

  /** Returns these options with another manner. */
  public ServerOptions withManner(Tuning other) {
    return new ServerOptions(store, keyring, access, engine, transport, limits, other);
  }

  /**
   * Listeners and authentication.
   *
   * @param listen the API's address; port 0 for any free port
   * @param adminListen the address of health and metrics, or null for none
   * @param jwtSecret the secret that JWTs are signed with, or null if none are accepted
   * @param adminToken a token for changes over the admin listener, or null for only the one in the
   *     token file
   * @param tls the API's certificate, or null for plain HTTP
   * @param adminTls the admin listener's certificate, or null for plain HTTP
   * @param adminHosts the host names under which the admin listener accepts changes, in lower case
   * @param publicUrl the URL at which clients reach the API, such as {@code
   *     https://hooks.example.com}, or null for the listener's
   */
  public record Access(
      InetSocketAddress listen,
      @Nullable InetSocketAddress adminListen,
      @Nullable String jwtSecret,
      @Nullable String adminToken,
      @Nullable Tls tls,
      @Nullable Tls adminTls,
      Set<String> adminHosts,
      @Nullable String publicUrl) {

    /** Creates access without names. */
    public Access(
        InetSocketAddress listen,
        @Nullable InetSocketAddress adminListen,
        @Nullable String jwtSecret,
        @Nullable String adminToken,
        @Nullable Tls tls,
        @Nullable Tls adminTls) {
      this(listen, adminListen, jwtSecret, adminToken, tls, adminTls, Set.of(), null);
    }

    /** Creates access with a plain admin listener. */
    public Access(
        InetSocketAddress listen,
        @Nullable InetSocketAddress adminListen,
        @Nullable String jwtSecret,
        @Nullable String adminToken,
        @Nullable Tls tls) {
      this(listen, adminListen, jwtSecret, adminToken, tls, null);
    }

    /** Creates access over plain HTTP, without an admin token. */
    public Access(
        InetSocketAddress listen,
        @Nullable InetSocketAddress adminListen,
        @Nullable String jwtSecret) {
      this(listen, adminListen, jwtSecret, null, null);
    }

    /** Returns this access with names under which the admin listener accepts changes. */
    public Access withAdminHosts(Set<String> names) {
      return new Access(
          listen, adminListen, jwtSecret, adminToken, tls, adminTls, names, publicUrl);
    }

    /** Returns this access with a URL at which clients reach the API, or null. */
    public Access withPublicUrl(@Nullable String url) {
      return new Access(listen, adminListen, jwtSecret, adminToken, tls, adminTls, adminHosts, url);
    }

    @Override
    public String toString() {
      return "Access[listen=" + listen + ", adminListen=" + adminListen + "]"; // never the secrets
    }
  }

  /**
   * A certificate.
   *
   * @param certificate the chain, PEM
   * @param key its private key, PEM
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * The server's behavior apart from deliveries.
   *
   * @param closeMillis the time that a stop waits for deliveries in flight
   * @param svixHeaders whether signature headers are sent as {@code svix-*}, too
   * @param failedAuthLimit the number of invalid tokens per address and minute, after which the
   *     answer is 429
   * @param cors the pages of other origins that may use the API
   * @param tracing the destination of traces, or null for none
   * @param strict whether unknown event types of messages and unknown fields are refused
   * @param tempFolder the folder for unpacked native libraries, or null for the default
   * @param inbox the inbox whose rows are stored as messages, or null
   * @param settings the settings that these options are from, for people; none if they are not from
   *     settings
   * @param alerts the recipients of alerts about endpoints
   * @param portal the look of the portal
   */
  public record Tuning(
      long closeMillis,
      boolean svixHeaders,
      int failedAuthLimit,
      Cors cors,
      @Nullable TracingOptions tracing,
      boolean strict,
      @Nullable Path tempFolder,
      @Nullable ServerInbox inbox,
      List<ShownSetting> settings,
      AlertOptions alerts,
      PortalLook portal) {
    /** 10 s, no further headers, 30 wrong tokens, no pages, no traces, not strict. */
    public static final Tuning DEFAULT = new Tuning(10_000, false, 30, Cors.NONE, null);

    /** Creates a manner that is not strict and has no folder of its own. */
    public Tuning(
        long closeMillis,
        boolean svixHeaders,
        int failedAuthLimit,
        Cors cors,
        @Nullable TracingOptions tracing) {
      this(
          closeMillis,
          svixHeaders,
          failedAuthLimit,
          cors,
          tracing,
          false,
          null,
          null,
          List.of(),
          AlertOptions.NONE,
          PortalLook.DEFAULT);
    }

    /** Returns this manner, strict or not. */
    public Tuning withStrict(boolean isStrict) {
      return with(rest -> rest.strict = isStrict);
    }

    /** Returns this manner with a folder for unpacked native libraries, or null. */
    public Tuning withTempFolder(@Nullable Path folder) {
      return with(rest -> rest.tempFolder = folder);
    }

    /** Returns this manner with an inbox whose rows are stored as messages, or null. */
    public Tuning withInbox(@Nullable ServerInbox other) {
      return with(rest -> rest.inbox = other);
    }

    /** Returns this manner with the settings that it is from. */
    public Tuning withSettings(List<ShownSetting> shown) {
      return with(rest -> rest.settings = List.copyOf(shown));
    }

    /** Returns this manner with other recipients of alerts. */
    public Tuning withAlerts(AlertOptions others) {
      return with(rest -> rest.alerts = others);
    }

    /** Returns this manner with another look of the portal. */
    public Tuning withPortal(PortalLook other) {
      return with(rest -> rest.portal = other);
    }

    private Tuning with(Consumer<Rest> change) {
      Rest rest = new Rest(this);
      change.accept(rest);
      return new Tuning(
          closeMillis,
          svixHeaders,
          failedAuthLimit,
          cors,
          tracing,
          rest.strict,
          rest.tempFolder,
          rest.inbox,
          rest.settings,
          rest.alerts,
          rest.portal);
    }

    /** The parts that can be changed one by one. */
    private static final class Rest {
      private boolean strict;
      private @Nullable Path tempFolder;
      private @Nullable ServerInbox inbox;
      private List<ShownSetting> settings;
      private AlertOptions alerts;
      private PortalLook portal;

      Rest(Tuning from) {
        this.strict = from.strict;
        this.tempFolder = from.tempFolder;
        this.inbox = from.inbox;
        this.settings = from.settings;
        this.alerts = from.alerts;
        this.portal = from.portal;
      }
    }
  }
}
