package dev.posthorn.server.api.console;

import dev.posthorn.internal.engine.registry.RegistryView;
import dev.posthorn.internal.id.IdPrefix;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.server.api.common.ApiSupport;
import dev.posthorn.server.api.console.SearchFindings.Found;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.MessageRow;
import dev.posthorn.spi.store.rows.TaskRow;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A search in an environment. An id leads to one thing. Any other text is compared with the names
 * in memory, and as an event id with the messages of all applications, for a limited time.
 */
final class Search {
  /** The length from which on a part of a URL or of a name is enough. */
  private static final int LEAST_PART = 3;

  private final ApiSupport api;
  private final long environment;
  private final String text;
  private final String lower;
  private final SearchFindings found = new SearchFindings();

  Search(ApiSupport api, long environment, String text) {
    this.api = api;
    this.environment = environment;
    this.text = text.strip();
    this.lower = this.text.toLowerCase(Locale.ROOT);
  }

  /** Searches. */
  SearchFindings findings() {
    byId();
    if (found.isEmpty()) {
      byName();
    }
    return found;
  }

  private RegistryView registry() {
    return api.engine().registry();
  }

  /** Returns an application if it belongs to the environment. */
  private @Nullable ApplicationRow own(long application) {
    ApplicationRow row = registry().application(application);
    return row != null && row.environment() == environment ? row : null;
  }

  // ---- by id ---------------------------------------------------------------------------------

  private void byId() {
    api.parse(IdPrefix.APPLICATION, text).ifPresent(this::application);
    api.parse(IdPrefix.ENDPOINT, text).ifPresent(this::endpoint);
    api.parse(IdPrefix.ATTEMPT, text)
        .ifPresent(id -> message(api.engine().lookup().findOfAttempt(environment, id)));
    api.parse(IdPrefix.TASK, text).ifPresent(this::task);
    api.parse(IdPrefix.TOKEN, text).ifPresent(this::key);
    message(api.engine().lookup().findIn(environment, text));
  }

  private void application(long id) {
    ApplicationRow row = own(id);
    if (row != null) {
      add(row);
    }
  }

  private void endpoint(long id) {
    EndpointRow row = registry().endpoint(id);
    if (row != null && own(row.application()) != null) {
      add(row);
    }
  }

  private void task(long id) {
    TaskRow row = api.engine().store().task(id);
    if (row != null && row.environment() == environment) {
      found.add(new Found("task", text, row.type(), null));
    }
  }

  private void key(long id) {
    TokenRow row = api.engine().tokenAdmin().token(id);
    if (row != null && row.environment() == environment && row.kind() == TokenRow.Kind.API_KEY) {
      found.add(new Found("key", text, row.name(), null));
    }
  }

  private void message(@Nullable MessageRow row) {
    if (row != null && own(row.application()) != null) {
      String application = api.id(IdPrefix.APPLICATION, row.application());
      found.add(new Found("message", api.id(row), row.type(), application));
    }
  }

  // ---- by name -------------------------------------------------------------------------------

  private void byName() {
    EventTypeRow type = registry().eventType(environment, text);
    if (type != null) {
      found.add(new Found("event type", type.name(), type.description(), null));
    }
    List<ApplicationRow> applications = registry().applications(environment);
    applications.forEach(this::inMemory);
    if (NameRules.NAME.allows(text)) {
      byEventId(applications);
    }
  }

  private void inMemory(ApplicationRow row) {
    if (text.equals(row.uid()) || isPart(row.name())) {
      add(row);
    }
    for (EndpointRow endpoint : api.endpoints(row).toList()) {
      if (text.equals(endpoint.uid()) || isPart(endpoint.url())) {
        add(endpoint);
      }
    }
  }

  private boolean isPart(String whole) {
    return lower.length() >= LEAST_PART && whole.toLowerCase(Locale.ROOT).contains(lower);
  }

  private void byEventId(List<ApplicationRow> applications) {
    TimedSearch<ApplicationRow, MessageRow> search =
        new TimedSearch<>(
            row -> api.engine().store(row.id()).messageByEvent(row.id(), text),
            System::nanoTime,
            found.room());
    TimedSearch.Result<MessageRow> result = search.search(applications);
    result.all().forEach(this::message);
    if (!result.complete()) {
      found.incomplete();
    }
  }

  // ---- what was found ------------------------------------------------------------------------

  private void add(ApplicationRow row) {
    String id = api.id(IdPrefix.APPLICATION, row.id());
    found.add(new Found("application", id, row.name(), id));
  }

  private void add(EndpointRow row) {
    found.add(
        new Found(
            "endpoint",
            api.id(IdPrefix.ENDPOINT, row.id()),
            row.url(),
            api.id(IdPrefix.APPLICATION, row.application())));
  }
}
