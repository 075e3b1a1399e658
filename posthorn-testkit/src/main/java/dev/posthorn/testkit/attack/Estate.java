package dev.posthorn.testkit.attack;

import dev.posthorn.testkit.receiver.ChainReceiver;
import dev.posthorn.testkit.receiver.MadeCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The possessions of an attacker before the attack, within all limits: applications with as many
 * endpoints as they may have, an event type whose example grows, a history; and receivers that hang
 * or show costly certificates.
 */
final class Estate implements AutoCloseable {
  private static final String APP = "/api/v1/app/";

  /** Application with endpoints whose settings are as large as allowed. */
  static final String LARGE = APP + "large";

  /** Application with as many endpoints as allowed, at a receiver that hangs. */
  static final String MANY = APP + "many";

  /** Application with endpoints at a receiver with costly certificates. */
  static final String CHAINS = APP + "chains";

  /** Application with endpoints at unknown names, or names whose server does not answer. */
  static final String NAMES = APP + "names";

  /** Application without endpoints. */
  static final String TREES = APP + "trees";

  /** An event type whose example repeats a large part thousands of times. */
  static final String GROWING = "a.growing";

  static final int CHAIN_ENDPOINTS = 40;
  static final String HEADERS = map(40, 150);

  private static final int NAME_ENDPOINTS = 100;
  private static final int HISTORY = 500;
  private static final int MAKERS = 16;
  private static final int BACKLOG = 4_096;
  private static final int PATIENCE_MILLIS = 60_000;
  private static final byte[] LOCAL = {127, 0, 0, 1};
  private static final List<String> TYPES =
      IntStream.range(0, 1_000).mapToObj("a.t%012d"::formatted).toList();
  private static final String TEXTS =
      "\"description\":\""
          + "d".repeat(4_000)
          + "\",\"metadata\":"
          + map(16, 480)
          + ",\"eventTypes\":"
          + TYPES.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));

  private final Target target;
  private final List<String> authorities = new ArrayList<>();
  private final ServerSocket hanging;
  private final ChainReceiver costly;
  private final int largeEndpoints;
  private final String portal;
  private final String manyPortal;
  private final String chainsPortal;

  private Estate(Target target) throws IOException {
    this.target = target;
    // Connections to it come about, and nobody ever takes them.
    hanging = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOCAL));
    KeyPair signer = MadeCertificate.ec("secp256r1");
    costly = costly(signer);
    try (Line line = line()) {
      for (String name : List.of("large", "many", "chains", "names", "trees")) {
        post(line, "/api/v1/app", "{\"name\":\"" + name + "\",\"uid\":\"" + name + "\"}");
      }
      post(line, "/api/v1/event-type", growing());
      post(line, "/api/v1/environment/import", "{\"eventTypes\":" + types() + "}");
      portal = portal(line, "large");
      manyPortal = portal(line, "many");
      chainsPortal = portal(line, "chains");
      largeEndpoints = fill(line);
    }
    String hangs = "http://127.0.0.1:" + hanging.getLocalPort() + "/";
    make(MANY + "/endpoint", target.endpoints(), i -> endpoint("e" + i, hangs + i));
    make(CHAINS + "/endpoint", CHAIN_ENDPOINTS, i -> endpoint("e" + i, costly.url()));
    make(
        NAMES + "/endpoint",
        NAME_ENDPOINTS,
        i -> endpoint("e" + i, "http://n" + i + ".posthorn.invalid/"));
    make(LARGE + "/msg", HISTORY, i -> "{\"eventType\":\"old.h\",\"payload\":{\"n\":" + i + "}}");
    try (Line line = line()) {
      for (String of : List.of(LARGE, MANY)) {
        post(line, of + "/msg", "{\"eventType\":\"old.h\",\"payload\":{},\"eventId\":\"first\"}");
      }
      makeAuthorities(signer);
      for (int i = 0; i < CHAIN_ENDPOINTS; i++) {
        String path = CHAINS + "/endpoint/e" + i + "/ca";
        byte[] body = authorities(i).getBytes(StandardCharsets.UTF_8);
        line.ask("PUT", path, target.token(), body).good("PUT " + path);
      }
    }
  }

  static Estate of(Target target) {
    try {
      return new Estate(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes large endpoints until no more are taken, and returns how many were. */
  private int fill(Line line) throws IOException {
    for (int made = 0; ; made++) {
      byte[] json = large("e" + made).getBytes(StandardCharsets.UTF_8);
      Reply reply = line.ask("POST", LARGE + "/endpoint", target.token(), json);
      if (reply.status() == 409 && made > 1) {
        return made;
      }
      reply.good("POST a large endpoint");
    }
  }

  int largeEndpoints() {
    return largeEndpoints;
  }

  String token() {
    return target.token();
  }

  String portal() {
    return portal;
  }

  String manyPortal() {
    return manyPortal;
  }

  String chainsPortal() {
    return chainsPortal;
  }

  /** Returns a request with authorities of an endpoint of its own, one of some. */
  String authorities(int number) {
    return authorities.get(number % authorities.size());
  }

  // ---- settings ------------------------------------------------------------------------------

  private static String map(int entries, int length) {
    return IntStream.range(0, entries)
        .mapToObj(i -> "\"x-k" + i + "\":\"" + "v".repeat(length) + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Returns an endpoint with settings as large as they may be. */
  static String large(String uid) {
    String path = "p".repeat(1_900);
    return "{\"uid\":\"" + uid + "\",\"url\":\"http://127.0.0.1:9/" + path + "\"," + TEXTS + "}";
  }

  private static String endpoint(String uid, String url) {
    return "{\"uid\":\"" + uid + "\",\"url\":\"" + url + "\",\"timeoutSeconds\":5}";
  }

  private static String types() {
    return TYPES.stream()
        .map(type -> "{\"name\":\"" + type + "\",\"description\":\"\"}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String growing() {
    String properties =
        IntStream.range(0, 2_500)
            .mapToObj(i -> "\"" + i + "\":{\"$ref\":\"#/$defs/d\"}")
            .collect(Collectors.joining(","));
    return "{\"name\":\""
        + GROWING
        + "\",\"description\":\"\",\"schemas\":{\"1\":{\"type\":\"object\",\"properties\":{"
        + properties
        + "},\"$defs\":{\"d\":{\"example\":\""
        + "x".repeat(50_000)
        + "\"}}}}}";
  }

  private void make(String path, int count, IntFunction<String> body) throws IOException {
    try (ExecutorService makers = Executors.newFixedThreadPool(MAKERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int maker = 0; maker < MAKERS; maker++) {
        int first = maker;
        all.add(
            makers.submit(
                () -> {
                  try (Line line = line()) {
                    for (int i = first; i < count; i += MAKERS) {
                      post(line, path, body.apply(i));
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private Line line() throws IOException {
    return new Line(target.port(), InetAddress.getByAddress(LOCAL), 0, PATIENCE_MILLIS);
  }

  private Reply post(Line line, String path, String json) throws IOException {
    return line.ask("POST", path, target.token(), json.getBytes(StandardCharsets.UTF_8))
        .good("POST " + path);
  }

  private String portal(Line line, String application) throws IOException {
    return post(line, "/api/v1/auth/app-portal-access/" + application, "{}").text("token");
  }

  // ---- certificates --------------------------------------------------------------------------

  /** Shows a chain whose authorities, of two names, could all vouch for each other. */
  private static ChainReceiver costly(KeyPair signer) {
    KeyPair key = MadeCertificate.ec("secp256r1");
    List<X509Certificate> shown = new ArrayList<>();
    shown.add(MadeCertificate.receiver(LOCAL, key).issued("A", signer.getPrivate()));
    for (int i = 0; i < 9; i++) {
      shown.add(
          MadeCertificate.authority(i % 2 == 0 ? "B" : "A", MadeCertificate.ec("secp256r1"))
              .issued(i % 2 == 0 ? "A" : "B", signer.getPrivate()));
    }
    return new ChainReceiver(key.getPrivate(), shown);
  }

  /** Makes lists of authorities with the same two names, none of which vouches for the chain. */
  private void makeAuthorities(KeyPair signer) {
    for (int list = 0; list < CHAIN_ENDPOINTS; list++) {
      List<X509Certificate> made = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        made.add(MadeCertificate.authority(i % 2 == 0 ? "A" : "B", signer).selfSigned());
      }
      String pem = MadeCertificate.pem(made).replace("\n", "\\n");
      authorities.add("{\"cert\":\"" + pem + "\"}");
    }
  }

  @Override
  public void close() throws IOException {
    hanging.close();
    costly.close();
  }
}
