package dev.posthorn.server.serve;

import dev.posthorn.engine.EngineOptions;
import dev.posthorn.keyring.Keyring;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.transport.http.HttpTransportOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
 */
public record ServerOptions(
    Path database,
    Keyring keyring,
    Access access,
    EngineOptions engine,
    HttpTransportOptions transport,
    HttpLimits limits) {

  /**
   * Who may come in, and where.
   *
   * @param listen where the API listens; port 0 for any free one
   * @param adminListen where health and metrics listen, or null for nowhere
   * @param jwtSecret the secret that JWTs are signed with, or null if none are accepted
   */
  public record Access(
      InetSocketAddress listen,
      @Nullable InetSocketAddress adminListen,
      @Nullable String jwtSecret) {
    @Override
    public String toString() {
      return "Access[listen=" + listen + ", adminListen=" + adminListen + "]"; // never the secret
    }
  }
}
