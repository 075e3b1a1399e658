package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.auth.TokenAuthenticator;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.EventStream;
import dev.posthorn.server.http.Operation;
import java.util.List;

/** The messages and attempts of an environment as they happen, as a stream or in pieces. */
public final class TailApi implements AutoCloseable {
  private static final long EACH_MILLIS = 500;
  private static final long WAIT_MILLIS = 1_000;

  /** The number of turns without an event after which an empty one shows that the stream lives. */
  private static final int QUIET = 20;

  private final ApiSupport api;
  private final TokenAuthenticator authenticator;
  private final LiveTail tail;
  private final TailView view;
  private final OpenStreams open = new OpenStreams(" people watch the tail already");

  /** Creates the operation, and begins to listen to the engine. */
  public TailApi(ApiSupport api, TokenAuthenticator authenticator) {
    this.api = api;
    this.authenticator = authenticator;
    this.tail = new LiveTail(api.engine().registry());
    this.view = new TailView(api);
    api.engine().events().add(tail);
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/tail",
                "v1.console.tail",
                "Shows messages and attempts of this server process as they happen; with Accept:"
                    + " text/event-stream, again and again.")
            .query(TailFilter.PARAMS)
            .returns(200, "ConsoleTailOut")
            .streams(ENVIRONMENT, this::open, this::once));
  }

  /** Answers with what happens within a second, as soon as there is something. */
  private Answer once(Call call) {
    TailWatch watch = new TailWatch(TailFilter.of(call, api));
    tail.add(watch);
    try {
      return Answer.jsonBytes(200, view.of(watch.await(WAIT_MILLIS)));
    } finally {
      tail.remove(watch);
    }
  }

  private void open(Call call, EventStream stream) {
    TailWatch watch = new TailWatch(TailFilter.of(call, api));
    Principal who = Principal.of(call);
    open.add(stream, who, () -> tail.remove(watch));
    tail.add(watch);
    Turns turns = new Turns();
    stream.every(EACH_MILLIS, () -> send(stream, watch, who, turns));
  }

  /** Counts turns without an event. Used on one event loop. */
  private static final class Turns {
    private int quiet = QUIET; // the first turn shows that the stream lives
  }

  private void send(EventStream stream, TailWatch watch, Principal who, Turns turns) {
    if (!authenticator.isValid(who)) {
      stream.end();
      return;
    }
    if (!stream.isReady()) {
      return; // what happens meanwhile waits, as far as there is room
    }
    TailWatch.Seen seen = watch.take();
    turns.quiet++;
    if (!seen.isEmpty() || turns.quiet > QUIET) {
      turns.quiet = 0;
      stream.send(view.of(seen));
    }
  }

  /** Ends all streams. */
  @Override
  public void close() {
    open.close();
  }
}
