package dev.posthorn.server.boot;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.http.Cors;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.server.tracing.TracingOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server is started.
 *
 * @param database the SQLite file
 * @param keyring encrypts secrets
 * @param access who may come in, and where
 * @param engine how messages are delivered
 * @param transport how receivers are reached
 * @param limits what a client may cost
 * @param manner the rest
 */
public record ServerOptions(
    Path database,
    Keyring keyring,
    Access access,
    EngineOptions engine,
    HttpTransportOptions transport,
    HttpLimits limits,
    Tuning manner) {

  /** Creates options with the default manner. */
  public ServerOptions(
      Path database,
      Keyring keyring,
      Access access,
      EngineOptions engine,
      HttpTransportOptions transport,
      HttpLimits limits) {
    this(database, keyring, access, engine, transport, limits, Tuning.DEFAULT);
  }

  /**
   * Who may come in, and where.
   *
   * @param listen where the API listens; port 0 for any free one
   * @param adminListen where health and metrics listen, or null for nowhere
   * @param jwtSecret the secret that JWTs are signed with, or null if none are accepted
   * @param adminToken a token for changes over the admin listener, or null for none but that of the
   *     file
   * @param tls the API's certificate, or null for plain HTTP
   * @param adminTls the admin listener's certificate, or null for plain HTTP
   * @param adminHosts the names by which the admin listener may be asked for changes, in lower case
   * @param publicUrl where clients reach the API, such as {@code https://hooks.example.com}, or
   *     null for where it listens
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
   * How the server behaves apart from deliveries.
   *
   * @param closeMillis how long a stop waits for deliveries under way
   * @param alsoSvixHeaders whether signature headers are sent as {@code svix-*}, too
   * @param failedAuthLimit wrong tokens from one address within a minute before more get 429
   * @param cors the pages of other origins that may use the API
   * @param tracing where traces go, or null for nowhere
   * @param strict whether unknown event types of messages and unknown fields are refused
   * @param tempFolder where native libraries are unpacked, or null for the folder for temporary
   *     files, or that of the database
   */
  public record Tuning(
      long closeMillis,
      boolean alsoSvixHeaders,
      int failedAuthLimit,
      Cors cors,
      @Nullable TracingOptions tracing,
      boolean strict,
      @Nullable Path tempFolder) {
    /** 10 s, no further headers, 30 wrong tokens, no pages, no traces, not strict. */
    public static final Tuning DEFAULT = new Tuning(10_000, false, 30, Cors.NONE, null);

    /** Creates a manner that is not strict and has no folder of its own. */
    public Tuning(
        long closeMillis,
        boolean alsoSvixHeaders,
        int failedAuthLimit,
        Cors cors,
        @Nullable TracingOptions tracing) {
      this(closeMillis, alsoSvixHeaders, failedAuthLimit, cors, tracing, false, null);
    }
  }
}
