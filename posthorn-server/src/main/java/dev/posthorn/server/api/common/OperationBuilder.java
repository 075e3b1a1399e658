package dev.posthorn.server.api.common;

import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Operation.Access;
import dev.posthorn.server.http.Operation.Body;
import dev.posthorn.server.http.Operation.BodySchema;
import dev.posthorn.server.http.Operation.Docs;
import dev.posthorn.server.http.Operation.Param;
import dev.posthorn.server.http.Operation.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builder of operations: {@code get(path, id, summary).returns(200, "Schema").to(access, …)}. */
public final class OperationBuilder {
  public static final Param LIMIT =
      new Param(
          "limit",
          "query",
          "{\"type\":\"integer\",\"minimum\":"
              + RequestRules.PAGE.min()
              + ",\"maximum\":"
              + RequestRules.PAGE.max()
              + "}",
          "Rows");
  public static final Param ITERATOR =
      new Param("iterator", "query", "{\"type\":\"string\"}", "Where the last page ended");
  public static final Param ORDER =
      new Param(
          "order",
          "query",
          "{\"type\":\"string\",\"enum\":[\"ascending\",\"descending\"]}",
          "Oldest or newest first");
  public static final Param BEFORE = time("before", "Only items older than this time");
  public static final Param AFTER = time("after", "Only items newer than this time");
  public static final Param CHANNEL =
      new Param("channel", "query", "{\"type\":\"string\"}", "Only messages with this channel");
  public static final Param TAG =
      new Param("tag", "query", "{\"type\":\"string\"}", "Only messages with this tag");
  public static final Param EVENT_TYPES =
      new Param(
          "event_types",
          "query",
          "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
          "Only messages of these types");
  public static final Param WITH_CONTENT = flag("with_content", "Include payloads");
  public static final Param IDEMPOTENCY =
      new Param(
          "idempotency-key",
          "header",
          "{\"type\":\"string\",\"maxLength\":" + RequestRules.MAX_IDEMPOTENCY_KEY + "}",
          "The same key within 12 hours has its effect once");

  private final String tag;

  /** Creates a builder of the operations of a group. */
  public OperationBuilder(String tag) {
    this.tag = tag;
  }

  public static Param flag(String name, String text) {
    return new Param(name, "query", "{\"type\":\"boolean\"}", text);
  }

  public static Param time(String name, String text) {
    return new Param(name, "query", "{\"type\":\"string\",\"format\":\"date-time\"}", text);
  }

  public Entry get(String path, String id, String summary) {
    return new Entry("GET", path, id, summary);
  }

  public Entry post(String path, String id, String summary) {
    return new Entry("POST", path, id, summary);
  }

  public Entry put(String path, String id, String summary) {
    return new Entry("PUT", path, id, summary);
  }

  public Entry patch(String path, String id, String summary) {
    return new Entry("PATCH", path, id, summary);
  }

  public Entry delete(String path, String id, String summary) {
    return new Entry("DELETE", path, id, summary);
  }

  /** A builder of one operation. */
  public final class Entry {
    private final String method;
    private final String path;
    private final String id;
    private final String summary;
    private final List<Param> query = new ArrayList<>();
    private final List<Response> returns = new ArrayList<>();
    private @Nullable BodySchema accepts;
    private Body body = Body.NONE;
    private boolean conflicts;

    Entry(String method, String path, String id, String summary) {
      this.method = method;
      this.path = path;
      this.id = id;
      this.summary = summary;
    }

    public Entry query(Param... params) {
      query.addAll(List.of(params));
      return this;
    }

    /** Sets a required body with settings, which are small. */
    public Entry accepts(String schema) {
      return accepts(schema, Body.SETTINGS);
    }

    public Entry accepts(String schema, Body kind) {
      return accepts(new BodySchema(schema, true), kind);
    }

    /** Sets an optional body with settings; without it, defaults apply. */
    public Entry mayTake(String schema) {
      return accepts(new BodySchema(schema, false), Body.SETTINGS);
    }

    private Entry accepts(BodySchema what, Body kind) {
      accepts = what;
      body = kind;
      return this;
    }

    /** Declares that the operation may answer 409 although it only reads. */
    public Entry conflicts() {
      conflicts = true;
      return this;
    }

    public Entry returns(int status, @Nullable String schema) {
      returns.add(new Response(status, schema));
      return this;
    }

    /** Builds an operation whose handler may block. */
    public Operation to(Access access, Operation.Handler handler) {
      return made(access, new Operation.Blocking(handler));
    }

    /** Builds an operation whose handler runs on the event loop. */
    public Operation direct(Access access, Operation.DirectHandler handler) {
      return made(access, new Operation.NonBlocking(handler));
    }

    /** Builds an operation that answers with events if the client accepts them. */
    public Operation streams(
        Access access, Operation.StreamHandler stream, Operation.Handler single) {
      return made(access, new Operation.Streaming(stream, single));
    }

    private Operation made(Access access, Operation.Action action) {
      Docs docs =
          new Docs(tag, summary, List.copyOf(query), accepts, List.copyOf(returns), conflicts);
      return new Operation(id, method, path, access, docs, action).withBody(body);
    }
  }
}
