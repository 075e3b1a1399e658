package dev.posthorn.testkit.attack;

import java.io.IOException;
import java.util.List;

/** Attacks with a portal token or the key of an environment. */
final class Customers {
  private static final String SINCE = "{\"since\":\"2020-01-01T00:00:00Z\"}";
  private static final List<String> REPLAYS = List.of("bulk-replay", "recover", "replay-missing");
  private static final List<String> LISTS =
      List.of(
          "/msg?limit=250&event_types=none.n",
          "/msg?limit=250&tag=none",
          "/attempt/endpoint/e1?limit=250&status=2&event_types=none.n",
          "/endpoint/e1/msg?limit=250&status=2&event_types=none.n",
          "/stats/attempts?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z",
          "/endpoint?limit=250",
          "/endpoint?limit=250&order=descending");
  private static final String MESSAGE = message("x".repeat(1_000));
  private static final String LARGE_MESSAGE = message("x".repeat(64_000));

  private final Estate estate;

  Customers(Estate estate) {
    this.estate = estate;
  }

  private static String message(String text) {
    return "{\"eventType\":\"a.b\",\"payload\":{\"text\":\"" + text + "\"}}";
  }

  List<Weapon> weapons() {
    return List.of(
        new Weapon("endpoints without end", 2, 0, this::endpoints),
        new Weapon("large settings", 4, 0, this::largeSettings),
        new Weapon("messages for all endpoints", 1, 0, this::fanOut),
        new Weapon("costly certificates", 1, 0, this::certificates),
        new Weapon("changing certificates", 2, 0, this::changingCertificates),
        new Weapon("rotations", 2, 0, this::rotations),
        new Weapon("names without end", 1, 0, this::names),
        new Weapon("tasks", 3, 0, this::tasks),
        new Weapon("broadcasts", 1, 0, this::broadcasts),
        new Weapon("lists that match nothing", 12, 0, this::lists),
        new Weapon("why", 2, 0, this::why));
  }

  private void endpoints(Worker worker) throws IOException {
    String uid = "more" + worker.turn();
    String json = Estate.large(uid);
    switch (worker.turn() % 3) {
      case 0 -> worker.ask("POST", Estate.LARGE + "/endpoint", estate.portal(), json);
      case 1 -> worker.ask("POST", Estate.MANY + "/endpoint", estate.manyPortal(), json);
      default -> worker.ask("PUT", Estate.MANY + "/endpoint/" + uid, estate.manyPortal(), json);
    }
    worker.pause(20);
  }

  private void largeSettings(Worker worker) throws IOException {
    String uid = "e" + worker.turn() % estate.largeEndpoints();
    String path = Estate.LARGE + "/endpoint/" + uid;
    worker.ask("PUT", path, estate.portal(), Estate.large(uid));
    worker.ask("PUT", path + "/headers", estate.portal(), "{\"headers\":" + Estate.HEADERS + "}");
  }

  private void fanOut(Worker worker) throws IOException {
    boolean large = worker.turn() % 2 == 0;
    worker.ask("POST", Estate.MANY + "/msg", estate.token(), large ? LARGE_MESSAGE : MESSAGE);
    worker.pause(500);
  }

  private void certificates(Worker worker) throws IOException {
    worker.ask("POST", Estate.CHAINS + "/msg", estate.token(), MESSAGE);
    worker.pause(200);
  }

  private void changingCertificates(Worker worker) throws IOException {
    String endpoint = "/endpoint/e" + worker.turn() % Estate.CHAIN_ENDPOINTS;
    String authorities = estate.authorities(worker.turn());
    worker.ask("PUT", Estate.CHAINS + endpoint + "/ca", estate.chainsPortal(), authorities);
    worker.pause(20);
  }

  /** Five old secrets may sign; a grace of none ends them, so that there are five again. */
  private void rotations(Worker worker) throws IOException {
    String path = Estate.MANY + "/endpoint/e" + worker.turn() % 20 + "/secret/rotate";
    long grace = worker.turn() % 160 < 140 ? 86_400 : 0;
    worker.ask("POST", path, estate.manyPortal(), "{\"gracePeriodSeconds\":" + grace + "}");
    worker.pause(5);
  }

  private void names(Worker worker) throws IOException {
    worker.ask("POST", Estate.NAMES + "/msg", estate.token(), MESSAGE);
    worker.pause(2_000);
  }

  private void tasks(Worker worker) throws IOException {
    String task = REPLAYS.get(worker.turn() % REPLAYS.size());
    String endpoint = "/endpoint/e" + worker.turn() / 3 % 50;
    worker.ask("POST", Estate.MANY + endpoint + "/" + task, estate.manyPortal(), SINCE);
    worker.pause(10);
  }

  private void broadcasts(Worker worker) throws IOException {
    worker.ask("POST", "/api/v1/msg/broadcast", estate.token(), MESSAGE);
    worker.pause(1_000);
  }

  private void lists(Worker worker) throws IOException {
    boolean all = worker.turn() % 2 == 0;
    String application = worker.turn() / 2 % 2 == 0 ? Estate.MANY : Estate.LARGE;
    String token = application.equals(Estate.MANY) ? estate.manyPortal() : estate.portal();
    String list = LISTS.get(worker.turn() / 4 % LISTS.size());
    worker.ask("GET", application + list, all ? estate.token() : token, "");
  }

  private void why(Worker worker) throws IOException {
    worker.ask("GET", Estate.MANY + "/msg/first/why", estate.token(), "");
    worker.ask("GET", Estate.LARGE + "/msg/first/why", estate.token(), "");
  }
}
