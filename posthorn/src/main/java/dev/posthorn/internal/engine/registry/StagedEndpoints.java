package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The applications and endpoints as of a batch: as its changes leave them, or else as they are in
 * memory. Owned by the writer.
 */
final class StagedEndpoints {
  private final EndpointRegistry memory;

  /** The applications that the batch changes; empty: removes. */
  private final Map<Long, Optional<ApplicationRow>> applications = new LinkedHashMap<>();

  /** The endpoints that the batch changes, with their secrets. */
  private final Map<Long, RegisteredEndpoint.Settings> endpoints = new LinkedHashMap<>();

  /** The endpoints whose failures so far no longer count. */
  private final Set<Long> forgiven = new HashSet<>();

  private final Map<Long, Growth> growth = new HashMap<>();
  private final StagedNames applicationNames = new StagedNames();
  private final StagedNames endpointNames = new StagedNames();

  /** The difference that a batch makes to the endpoints of an application. */
  private static final class Growth {
    static final Growth NONE = new Growth();

    private final List<Long> created = new ArrayList<>();
    private int count;
    private long bytes;
  }

  StagedEndpoints(EndpointRegistry memory) {
    this.memory = memory;
  }

  // ---- applications --------------------------------------------------------------------------

  /** Returns an application, or null. */
  @Nullable ApplicationRow application(long id) {
    Optional<ApplicationRow> changed = applications.get(id);
    if (changed != null) {
      return changed.orElse(null);
    }
    RegisteredApplication present = memory.application(id);
    return present == null ? null : present.row();
  }

  /** Returns the application with a name, or null. */
  @Nullable ApplicationRow application(long environment, String uid) {
    Optional<Long> changed = applicationNames.find(environment, uid);
    if (changed != null) {
      return changed.map(this::application).orElse(null);
    }
    RegisteredApplication present = memory.application(environment, uid);
    return present == null ? null : application(present.id);
  }

  /** Returns an application, or fails with NOT_FOUND. */
  ApplicationRow requireApplication(long id) {
    ApplicationRow row = application(id);
    if (row == null) {
      throw new PosthornException(
          Reason.NOT_FOUND,
          memory.application(id) == null
              ? "application: unknown id; list the applications"
              : "application: is being removed; create it again first");
    }
    return row;
  }

  /** Returns the owner of an application's secrets. */
  Keyring.Owner owner(long application) {
    return new Keyring.Owner(requireApplication(application).environment(), application);
  }

  /** Returns the partition of an application. */
  int partitionOf(long application) {
    return memory.partitionOf(application);
  }

  // ---- endpoints -----------------------------------------------------------------------------

  /** Returns the settings of an endpoint, or null. */
  RegisteredEndpoint.@Nullable Settings endpoint(long id) {
    RegisteredEndpoint.Settings settings = endpoints.get(id);
    if (settings == null) {
      RegisteredEndpoint present = memory.endpoint(id);
      settings = present == null ? null : present.settings();
    }
    return settings == null || settings.deleted() ? null : settings;
  }

  /** Returns the settings of the endpoint with a name, or null. */
  RegisteredEndpoint.@Nullable Settings endpoint(long application, String uid) {
    Optional<Long> changed = endpointNames.find(application, uid);
    if (changed != null) {
      return changed.isEmpty() ? null : endpoint(changed.get());
    }
    RegisteredEndpoint present = memory.endpoint(application, uid);
    return present == null ? null : endpoint(present.id);
  }

  /** Returns the settings of an endpoint, or fails with NOT_FOUND. */
  RegisteredEndpoint.Settings requireEndpoint(long id) {
    RegisteredEndpoint.Settings settings = endpoint(id);
    if (settings == null) {
      throw new PosthornException(Reason.NOT_FOUND, "endpoint: unknown id; list the endpoints");
    }
    return settings;
  }

  /** Returns the rows of an application's endpoints. */
  List<EndpointRow> endpointsOf(long application) {
    List<EndpointRow> rows = new ArrayList<>();
    RegisteredApplication present = memory.application(application);
    if (present != null) {
      present.endpoints().forEach(endpoint -> addIfThere(endpoint.id, rows));
    }
    growthOf(application).created.forEach(id -> addIfThere(id, rows));
    return rows;
  }

  private void addIfThere(long id, List<EndpointRow> rows) {
    RegisteredEndpoint.Settings settings = endpoint(id);
    if (settings != null) {
      rows.add(settings.row());
    }
  }

  private Growth growthOf(long application) {
    return growth.getOrDefault(application, Growth.NONE);
  }

  /** Returns the number of an application's endpoints. */
  int count(long application) {
    RegisteredApplication present = memory.application(application);
    return (present == null ? 0 : present.size()) + growthOf(application).count;
  }

  /** Returns the size of an application's endpoints, see {@link EndpointSize}. */
  long bytes(long application) {
    RegisteredApplication present = memory.application(application);
    return (present == null ? 0 : present.endpointBytes()) + growthOf(application).bytes;
  }

  // ---- changes -------------------------------------------------------------------------------

  void put(ApplicationRow row) {
    ApplicationRow before = application(row.id());
    applications.put(row.id(), Optional.of(row));
    String name = before == null ? null : before.uid();
    applicationNames.change(row.environment(), name, row.uid(), row.id());
  }

  /** Removes an application; its endpoints were removed before. */
  void removeApplication(long id) {
    ApplicationRow before = application(id);
    if (before != null) {
      applications.put(id, Optional.empty());
      applicationNames.change(before.environment(), before.uid(), null, id);
    }
  }

  void put(EndpointRow row) {
    RegisteredEndpoint.Settings before = endpoint(row.id());
    List<SecretRow> secrets = before == null ? List.of() : before.secrets();
    endpoints.put(row.id(), new RegisteredEndpoint.Settings(row, secrets, false));
    String name = before == null ? null : before.row().uid();
    endpointNames.change(row.application(), name, row.uid(), row.id());
    Growth more = grown(row.application());
    more.bytes += EndpointSize.of(row) - (before == null ? 0 : EndpointSize.of(before.row()));
    if (before == null) {
      more.created.add(row.id());
      more.count++;
    }
  }

  private Growth grown(long application) {
    return growth.computeIfAbsent(application, id -> new Growth());
  }

  void removeEndpoint(long id) {
    RegisteredEndpoint.Settings before = endpoint(id);
    if (before != null) {
      EndpointRow row = before.row();
      endpoints.put(id, new RegisteredEndpoint.Settings(row, List.of(), true));
      endpointNames.change(row.application(), row.uid(), null, id);
      Growth more = grown(row.application());
      more.bytes -= EndpointSize.of(before);
      more.count--;
    }
  }

  void forgiveFailures(long endpoint) {
    forgiven.add(endpoint);
  }

  void put(SecretRow row) {
    RegisteredEndpoint.Settings before = endpoint(row.endpoint());
    if (before != null) {
      List<SecretRow> secrets = without(row.slot(), before);
      int at = 0;
      while (at < secrets.size() && secrets.get(at).slot() < row.slot()) {
        at++;
      }
      secrets.add(at, row);
      replace(before, secrets);
    }
  }

  void removeSecret(long endpoint, int slot) {
    RegisteredEndpoint.Settings before = endpoint(endpoint);
    if (before != null) {
      replace(before, without(slot, before));
    }
  }

  private static List<SecretRow> without(int slot, RegisteredEndpoint.Settings settings) {
    List<SecretRow> secrets = new ArrayList<>(settings.secrets());
    secrets.removeIf(row -> row.slot() == slot);
    return secrets;
  }

  private void replace(RegisteredEndpoint.Settings before, List<SecretRow> secrets) {
    EndpointRow row = before.row();
    RegisteredEndpoint.Settings after = new RegisteredEndpoint.Settings(row, secrets, false);
    endpoints.put(row.id(), after);
    grown(row.application()).bytes += EndpointSize.of(after) - EndpointSize.of(before);
  }

  // ---- after the commit ----------------------------------------------------------------------

  /** Brings memory to the state as of the batch. May be called again if it throws. */
  void apply() {
    applications.values().forEach(row -> row.ifPresent(memory::put));
    forgiven.forEach(memory::forgiveFailures);
    endpoints.forEach(this::apply);
    applications.forEach(
        (id, row) -> {
          if (row.isEmpty()) {
            memory.removeApplication(id);
          }
        });
  }

  private void apply(long id, RegisteredEndpoint.Settings settings) {
    if (settings.deleted()) {
      memory.removeEndpoint(id);
    } else {
      memory.put(settings);
    }
  }
}
