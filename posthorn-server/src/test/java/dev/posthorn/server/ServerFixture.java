package dev.posthorn.server;

import dev.posthorn.HttpTransportOptions;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.server.auth.Jwts;
import dev.posthorn.server.boot.PosthornServer;
import dev.posthorn.server.boot.ServerOptions;
import dev.posthorn.server.http.HttpLimits;
import dev.posthorn.spi.transport.AddressPolicy;
import dev.posthorn.spi.transport.Resolver;
import dev.posthorn.testkit.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;

/**
 * A server in this process, with a temporary database and a receiver.
 *
 * <pre>{@code
 * @AutoClose static final ServerFixture SERVER = ServerFixture.start();
 *
 * Reply app = SERVER.api().post("/api/v1/app", "{\"name\":\"Acme\"}").expect(201);
 * }</pre>
 */
public final class ServerFixture implements AutoCloseable {
  /** The secret that signs tokens. */
  public static final String SECRET = "a secret that only tests know, long enough";

  private static final String ENVIRONMENT = "org_fixture";

  /** Resolver that uses no name server. */
  private static final Resolver ONLY_LOCALHOST =
      host ->
          host.equals("localhost")
              ? CompletableFuture.completedStage(List.of(InetAddress.getLoopbackAddress()))
              : CompletableFuture.failedStage(new UnknownHostException(host));

  private final Path directory;
  private final ServerOptions options;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Receiver receiver = Receiver.start();
  private PosthornServer server;
  private volatile @Nullable Contract contract;

  private ServerFixture(Path directory, ServerOptions options) {
    this.directory = directory;
    this.options = options;
    this.server = PosthornServer.start(options);
  }

  /** Starts a server: retries after 10 and 20 ms without jitter, deliveries to 127.0.0.1. */
  public static ServerFixture start() {
    return start(options -> options);
  }

  /** Starts a server with other options. */
  public static ServerFixture start(UnaryOperator<ServerOptions> change) {
    Path directory;
    try {
      directory = Files.createTempDirectory("posthorn-server");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ServerFixture(
        directory,
        change.apply(
            new ServerOptions(
                ServerOptions.file(directory.resolve("posthorn.db")),
                new Keyring(Map.of(1, new byte[Keyring.KEY_BYTES])),
                new ServerOptions.Access(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, SECRET),
                EngineOptions.DEFAULT.withRetryWaits(List.of(10L, 20L)).withJitter(0),
                HttpTransportOptions.builder()
                    .addresses(AddressPolicy.allowing("127.0.0.0/8"))
                    .resolver(ONLY_LOCALHOST)
                    .build(),
                HttpLimits.DEFAULT)));
  }

  /** Returns the server's database file. */
  Path database() {
    return Objects.requireNonNull(options.database());
  }

  /** Returns the same options with other limits on clients. */
  public static ServerOptions limits(ServerOptions options, HttpLimits limits) {
    return options.withLimits(limits);
  }

  /** Returns the same options with other tuning. */
  static ServerOptions manner(ServerOptions options, ServerOptions.Tuning manner) {
    return options.withManner(manner);
  }

  /** Returns the same options with other options of the engine. */
  public static ServerOptions engine(ServerOptions options, EngineOptions engine) {
    return options.withEngine(engine);
  }

  /** Returns the current server. */
  public PosthornServer server() {
    return server;
  }

  /** Returns the current port of the server. */
  public int port() {
    return Integer.parseInt(server.url().substring(server.url().lastIndexOf(':') + 1));
  }

  /** Returns the receiver, which answers every request with 200. */
  public Receiver receiver() {
    return receiver;
  }

  /** Stops the server and starts another one with the same database and a different port. */
  public void restart() {
    restart(() -> {});
  }

  /** Restarts the server, running a task while it is stopped. */
  void restart(Runnable meanwhile) {
    server.close();
    meanwhile.run();
    server = PosthornServer.start(options);
  }

  /** Returns the contract against which the clients check all answers. */
  Contract contract() {
    Contract known = contract;
    if (known == null) {
      known = new Contract(openApi());
      contract = known;
    }
    return known;
  }

  private String openApi() {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/openapi.json")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  // ---- clients -------------------------------------------------------------------------------

  /** Returns a client with a token of the tests' common environment. */
  public ApiClient api() {
    return environment(ENVIRONMENT);
  }

  /** Returns a client with a token of an environment, such as {@code org_other}. */
  public ApiClient environment(String name) {
    return client(token(name));
  }

  /** Returns a client of an environment that only this test uses. */
  public ApiClient own(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    return environment("org_" + name.substring(0, Math.min(60, name.length())));
  }

  /** Returns a client with a token of an application, by its id. */
  public ApiClient application(String id) {
    return client(token(id));
  }

  /** Returns a client that sends this token, or none if it is empty. */
  public ApiClient client(String token) {
    return new ApiClient(http, () -> server.url(), token, this::contract);
  }

  /** Returns a token for an environment or an application, by its id, that does not expire. */
  public static String token(String subject) {
    return new Jwts(SECRET).sign(subject, Instant.now(), null);
  }

  @Override
  public void close() {
    server.close();
    receiver.close();
    http.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted((one, other) -> other.compareTo(one))
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
