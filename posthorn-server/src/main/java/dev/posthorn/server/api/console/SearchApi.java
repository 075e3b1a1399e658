package dev.posthorn.server.api.console;

import static dev.posthorn.server.http.Operation.Access.ENVIRONMENT;

import dev.posthorn.internal.rules.RequestRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.common.OperationBuilder;
import dev.posthorn.server.http.Answer;
import dev.posthorn.server.http.Call;
import dev.posthorn.server.http.Operation;
import dev.posthorn.server.http.Query;
import java.util.List;

/** Finds everything by whatever a person has at hand: an id, a uid, an event id or a URL. */
public final class SearchApi {
  private final ApiSupport api;

  public SearchApi(ApiSupport api) {
    this.api = api;
  }

  public List<Operation> operations() {
    return List.of(
        new OperationBuilder("Console")
            .get(
                "/api/v1/console/search",
                "v1.console.search",
                "Finds applications, endpoints, messages, attempts, event types, tasks and API keys"
                    + " by id, uid, event id, name or URL.")
            .query(
                new Operation.Param(
                    "text",
                    "query",
                    "{\"type\":\"string\"}",
                    "An id, uid, event id or name of an event type; or a part of a URL or of an"
                        + " application's name"))
            .returns(200, "ConsoleSearchOut")
            .to(ENVIRONMENT, this::search));
  }

  private Answer search(Call call) {
    String text = call.query().text("text");
    if (text == null) {
      throw Query.invalid("text", "is required");
    }
    if (text.length() > RequestRules.MAX_FILTER) {
      throw Query.invalid("text", "must have at most " + RequestRules.MAX_FILTER + " characters");
    }
    SearchFindings found = new Search(api, call.caller().environment(), text).findings();
    return Answer.json(200, found::write);
  }
}
