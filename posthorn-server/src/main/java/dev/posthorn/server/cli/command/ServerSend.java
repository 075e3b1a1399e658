package dev.posthorn.server.cli.command;

import dev.posthorn.server.cli.client.ServerClient;
import dev.posthorn.server.cli.client.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends a message through a running server, and prints its attempts as they are made. */
final class ServerSend {
  private static final long LOOK_NANOS = 200_000_000;

  private final ServerClient server;
  private final String app;
  private final PrintWriter out;

  ServerSend(ServerClient server, String app, PrintWriter out) {
    this.server = server;
    this.app = "/api/v1/app/" + ServerClient.encoded(app);
    this.out = out;
  }

  /** Returns 0 if there were deliveries and all of them succeeded in time, otherwise 1. */
  int send(ObjectNode message, Duration patience, boolean json) {
    JsonNode sent = server.post(app + "/msg", message);
    String id = sent.path("id").asString();
    if (!json) {
      out.printf("%s is on disk%n", id);
    }
    long until = System.nanoTime() + patience.toNanos();
    int shown = 0;
    while (true) {
      JsonNode destinations = server.get(app + "/msg/" + id + "/endpoint?limit=250").path("data");
      boolean waits = false;
      boolean all = true;
      for (JsonNode destination : destinations) {
        int status = destination.path("status").asInt(1);
        waits |= status == 1 || status == 3;
        all &= status == 0;
      }
      if (!json) {
        shown = show(id, shown);
      }
      if (!waits || System.nanoTime() - until >= 0) {
        return end(sent, destinations, waits, all, json);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private int show(String id, int shown) {
    JsonNode attempts = server.get(app + "/attempt/msg/" + id + "?limit=250").path("data");
    for (int i = attempts.size() - 1 - shown; i >= 0; i--) { // newest first
      JsonNode attempt = attempts.get(i);
      out.printf(
          Locale.ROOT,
          "  %s  %s  %d  %s%n",
          attempt.path("timestamp").asString(""),
          Table.printable(attempt.path("url").asString("")),
          attempt.path("responseStatusCode").asInt(0),
          Table.printable(attempt.path("response").asString("")));
    }
    out.flush();
    return attempts.size();
  }

  private int end(JsonNode sent, JsonNode destinations, boolean waits, boolean all, boolean json) {
    if (json) {
      ((ObjectNode) sent).set("endpoints", destinations);
      out.println(sent);
    } else if (destinations.isEmpty()) {
      out.println(Unmatched.text(reasons(sent.path("id").asString())));
    } else if (waits) {
      out.println("not delivered yet; the server continues");
    } else {
      out.println(all ? "every delivery succeeded" : "not every delivery succeeded");
    }
    out.flush();
    return all && !waits && !destinations.isEmpty() ? 0 : 1;
  }

  private List<String> reasons(String id) {
    List<String> reasons = new ArrayList<>();
    server
        .get(app + "/msg/" + id + "/why?limit=250")
        .path("data")
        .forEach(endpoint -> reasons.add(endpoint.path("reason").asString("")));
    return reasons;
  }
}
