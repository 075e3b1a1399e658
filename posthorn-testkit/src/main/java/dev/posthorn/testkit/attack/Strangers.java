package dev.posthorn.testkit.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Attacks by somebody who has nothing but a connection. */
final class Strangers {
  private static final int MOST = 2 << 20;
  private static final int SMALL_BUFFER = 4_096;
  private static final long HOLD_MILLIS = 3_000;
  private static final byte[] ALMOST = new byte[MOST - 1];
  private static final byte[] LAST = new byte[1];
  private static final List<String> ASKED = List.of("/api/v1/health", "/docs", "/api/v1/app");
  private static final byte[] PIPELINED = pipelined();

  /**
   * Bodies, then silent connections and those that do not read: all from addresses of their own.
   */
  private static final int BODIES = 1;

  private static final int SILENT = 2;
  private static final int TOKENS = 3;

  private final Target target;

  Strangers(Target target) {
    this.target = target;
  }

  private static byte[] pipelined() {
    byte[] one = Line.head("GET", "/api/v1/openapi.json", null, 0);
    return new String(one, StandardCharsets.UTF_8).repeat(20).getBytes(StandardCharsets.UTF_8);
  }

  List<Weapon> weapons() {
    return List.of(
        new Weapon("bodies nobody asked for", 300, BODIES, Strangers::unwantedBody),
        new Weapon("clients that do not read", 100, SILENT, Strangers::unread),
        new Weapon("connections without a word", 200, SILENT, Strangers::silent),
        new Weapon("half a head", 100, SILENT, Strangers::halfHead),
        new Weapon("a byte of a body at a time", 50, SILENT, this::dripping),
        new Weapon("silent ones at the operator's", 150, SILENT, this::silentAdmin),
        new Weapon("wrong tokens", 2, TOKENS, Strangers::wrongToken),
        new Weapon("wrong tokens of the operator", 1, TOKENS, this::wrongAdminToken));
  }

  private static void unwantedBody(Worker worker) throws IOException {
    String path = ASKED.get(worker.turn() % ASKED.size());
    Line line = worker.connect(0);
    line.send(Line.head("GET", path, null, MOST));
    line.send(ALMOST);
    worker.pause(HOLD_MILLIS);
    line.send(LAST);
    worker.count("GET " + path, line.read());
    worker.disconnect(line);
  }

  /** Writes until nothing more is taken; that the server closes it shows as a failed write. */
  private static void unread(Worker worker) throws IOException {
    Line line = worker.connect(SMALL_BUFFER);
    while (!worker.isOver()) {
      line.send(PIPELINED);
    }
  }

  private static void silent(Worker worker) throws IOException {
    worker.connect(0).read();
  }

  private static void halfHead(Worker worker) throws IOException {
    Line line = worker.connect(0);
    line.send("GET /api/v1/health HTTP/1.1\r\nhost: 127".getBytes(StandardCharsets.US_ASCII));
    line.read();
  }

  private void dripping(Worker worker) throws IOException {
    Line line = worker.connect(0);
    line.send(Line.head("POST", "/api/v1/app", target.token(), 10_000));
    while (!worker.isOver()) {
      line.send(LAST);
      worker.pause(500);
    }
  }

  private void silentAdmin(Worker worker) throws IOException {
    worker.connect(target.adminPort(), 0).read();
  }

  private static void wrongToken(Worker worker) throws IOException {
    worker.ask("GET", "/api/v1/app", "appsk_" + worker.turn(), "");
    worker.pause(5);
  }

  private void wrongAdminToken(Worker worker) throws IOException {
    Line line = worker.connect(target.adminPort(), 0);
    Reply reply = line.ask("POST", "/release", "pha_" + worker.turn(), new byte[] {'{', '}'});
    worker.count("POST /release", reply);
    worker.disconnect(line);
    worker.pause(20);
  }
}
