package dev.posthorn.server.api.console;

import dev.posthorn.internal.engine.Engine;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.server.api.common.Json;
import dev.posthorn.server.auth.Principal;
import dev.posthorn.server.http.Answer;
import dev.posthorn.spi.store.reads.Page;
import dev.posthorn.spi.store.reads.PageRequest;
import dev.posthorn.spi.store.reads.TaskQuery;
import dev.posthorn.spi.store.rows.TaskRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The log of what people changed in the console of an environment. An entry is on disk before the
 * change is made; a change that was then refused has a second entry with its status. Entries are
 * kept as long as messages may be.
 *
 * <p>They are stored as finished tasks of the environment whose id is the negated id of the actual
 * one, as operational webhooks are, so they appear in no other list.
 */
final class AuditLog {
  private static final String TYPE = "console.audit";

  private final Engine engine;

  AuditLog(Engine engine) {
    this.engine = engine;
  }

  /**
   * Something that a person does.
   *
   * @param action the name of the operation
   * @param path the path of the request
   * @param fields the names of the fields in its body, never their values
   * @param status the status with which it was refused, or 0
   */
  record Deed(String action, String path, List<String> fields, int status) {

    /** Returns the same deed, refused with a status. */
    Deed refused(int with) {
      return new Deed(action, path, fields, with);
    }
  }

  /** Adds an entry, which is on disk once the future completes. */
  CompletableFuture<TaskRow> add(Principal who, Deed deed) {
    byte[] entry =
        Answer.object(
            json -> {
              Json.text(json, "person", who.ticket().person());
              json.writeStringProperty("role", Role.of(who.ticket().scopes()).text());
              Json.text(json, "sessionId", sessionId(who));
              json.writeStringProperty("action", deed.action());
              json.writeStringProperty("path", deed.path());
              Json.list(json, "fields", deed.fields());
              if (deed.status() == 0) {
                json.writeNullProperty("refused");
              } else {
                json.writeNumberProperty("refused", deed.status());
              }
            });
    return engine.tasks().keep(-who.environment(), TYPE, new String(entry, StandardCharsets.UTF_8));
  }

  /** Returns the public id of a session; null for a guest, whom another program has signed in. */
  private @Nullable String sessionId(Principal who) {
    return who.isGuest() ? null : engine.publicIds().format(IdPrefix.TOKEN, who.ticket().id());
  }

  /** Returns a page of an environment's entries. */
  Page<TaskRow> list(long environment, PageRequest page) {
    return engine.store().tasks(new TaskQuery(-environment, page, TYPE, null));
  }
}
