package dev.posthorn.bench.kill;

import dev.posthorn.bench.server.ApiConnection;
import dev.posthorn.bench.server.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server, which messages come to over HTTP: those answered with 202 are accepted.
 *
 * @param place the flags that name its database
 * @param ledger told of what it accepts
 * @param port the receiver's port
 * @param endpoints how many there are
 */
record ServerVictim(List<String> place, Ledger ledger, int port, int endpoints) implements Victim {
  private static final int PRODUCERS = 32;
  private static final int TEXT_BYTES = 1_000;
  private static final String APPLICATION = "/api/v1/app/kill";
  private static final String TYPE = "bench.t";
  private static final Pattern SHOWN =
      Pattern.compile("\"id\":\"(msg_\\w+)\",[^{}]*?\"eventType\":\"bench\\.t(\\d+)\"");

  /** Soon again, so that retries are under way at a kill; and a day, so that none is given up. */
  private static final String SCHEDULE = String.join(",", Collections.nCopies(19, "200ms")) + ",1d";

  @Override
  public Running load() throws IOException {
    ServerProcess server = start();
    try (ApiConnection api = new ApiConnection(server.port(), ServerProcess.token())) {
      if (api.get(APPLICATION).status() == 404) {
        setUp(api);
      }
    }
    List<Thread> producers = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      int first = i;
      producers.add(Thread.ofPlatform().daemon().start(() -> produce(server.port(), first)));
    }
    return new Run(server, producers);
  }

  @Override
  public Running drain() throws IOException {
    return new Run(start(), List.of());
  }

  private ServerProcess start() throws IOException {
    return ServerProcess.startWithScript(place, SCHEDULE);
  }

  private void setUp(ApiConnection api) throws IOException {
    api.post("/api/v1/app", "{\"name\":\"kill\",\"uid\":\"kill\"}").good();
    api.createEventTypes(TYPE, endpoints);
    for (int i = 0; i < endpoints; i++) {
      String json =
          "{\"url\":\"http://127.0.0.1:%d/hooks/%d\",\"filterTypes\":[\"%s%d\",\"%s%d\"]}"
              .formatted(port, i, TYPE, i, TYPE, (i + 1) % endpoints);
      api.post(APPLICATION + "/endpoint", json).good();
    }
  }

  private void produce(int api, int first) {
    String text = "x".repeat(TEXT_BYTES);
    try (ApiConnection connection = new ApiConnection(api, ServerProcess.token())) {
      for (int i = first; ; i++) {
        int type = i % endpoints;
        ApiConnection.Reply reply =
            connection.post(
                APPLICATION + "/msg",
                "{\"eventType\":\"" + TYPE + type + "\",\"payload\":{\"text\":\"" + text + "\"}}");
        if (reply.status() == 202) {
          ledger.accepted(reply.text("id") + " " + type);
        }
      }
    } catch (IOException e) {
      // The server was killed.
    }
  }

  private record Run(ServerProcess server, List<Thread> producers) implements Running {
    @Override
    public void kill() throws InterruptedException {
      server.kill();
      for (Thread producer : producers) {
        producer.join();
      }
    }

    @Override
    public void awaitOpen() {
      // It is ready before there is a run of it.
    }

    @Override
    public void end() {
      server.close();
    }

    @Override
    public List<String> shown(String floor) throws IOException {
      List<String> shown = new ArrayList<>();
      try (ApiConnection api = new ApiConnection(server.port(), ServerProcess.token())) {
        String path = APPLICATION + "/msg?limit=250&with_content=false";
        for (String from = ""; ; ) {
          ApiConnection.Reply page = api.get(path + from).good();
          Matcher message = SHOWN.matcher(page.body());
          while (message.find()) {
            if (message.group(1).compareTo(floor) <= 0) {
              return shown;
            }
            shown.add(message.group(1) + " " + message.group(2));
          }
          if (page.body().contains("\"done\":true")) {
            return shown;
          }
          from = "&iterator=" + page.text("iterator");
        }
      }
    }
  }
}
