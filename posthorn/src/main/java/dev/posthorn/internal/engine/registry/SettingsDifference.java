package dev.posthorn.internal.engine.registry;

import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.EnvironmentRow;
import dev.posthorn.spi.store.rows.EventTypeRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.store.rows.SettingChange;
import dev.posthorn.spi.store.rows.SettingChange.Replicated;
import dev.posthorn.spi.store.rows.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that make settings equal to others: to those that were read from a store. */
public final class SettingsDifference {
  private final RegisteredSettings before;
  private final RegisteredSettings after;
  private final List<Replicated> changes = new ArrayList<>();

  private SettingsDifference(RegisteredSettings before, RegisteredSettings after) {
    this.before = before;
    this.after = after;
  }

  /** Returns the changes that lead from some settings to others; none if they are equal. */
  public static List<Replicated> between(RegisteredSettings before, RegisteredSettings after) {
    SettingsDifference difference = new SettingsDifference(before, after);
    difference.remove();
    difference.put();
    return difference.changes;
  }

  private void remove() {
    for (RegisteredEndpoint endpoint : before.endpoints().endpoints()) {
      if (after.endpoints().endpoint(endpoint.id) == null) {
        changes.add(new SettingChange.RemoveEndpoint(endpoint.partition, endpoint.id));
      }
    }
    for (RegisteredApplication application : before.endpoints().applications()) {
      if (after.endpoints().application(application.id) == null) {
        changes.add(new SettingChange.RemoveApplication(application.id));
      }
    }
    for (EventTypeRow row : before.eventTypes().all()) {
      if (after.eventTypes().eventType(row.environment(), row.name()) == null) {
        changes.add(new SettingChange.RemoveEventType(row.environment(), row.name()));
      }
    }
    for (TokenRow row : before.environments().tokens()) {
      if (after.environments().token(row.id()) == null) {
        changes.add(new SettingChange.RemoveToken(row.id()));
      }
    }
    for (EnvironmentRow row : before.environments().environments()) {
      if (after.environments().environment(row.id()) == null) {
        changes.add(new SettingChange.RemoveEnvironment(row.id()));
      }
    }
  }

  private void put() {
    for (EnvironmentRow row : after.environments().environments()) {
      if (!row.equals(before.environments().environment(row.id()))) {
        changes.add(new SettingChange.PutEnvironment(row));
      }
    }
    for (TokenRow row : after.environments().tokens()) {
      if (!isSame(before.environments().token(row.id()), row)) {
        changes.add(new SettingChange.PutToken(row));
      }
    }
    for (EventTypeRow row : after.eventTypes().all()) {
      if (!row.equals(before.eventTypes().eventType(row.environment(), row.name()))) {
        changes.add(new SettingChange.PutEventType(row));
      }
    }
    for (RegisteredApplication application : after.endpoints().applications()) {
      RegisteredApplication here = before.endpoints().application(application.id);
      ApplicationRow row = application.row();
      if (here == null || !row.equals(here.row())) {
        changes.add(new SettingChange.PutApplication(row));
      }
    }
    for (RegisteredEndpoint endpoint : after.endpoints().endpoints()) {
      put(endpoint);
    }
  }

  private void put(RegisteredEndpoint endpoint) {
    RegisteredEndpoint here = before.endpoints().endpoint(endpoint.id);
    EndpointRow row = endpoint.row();
    if (here == null || !row.equals(here.row())) {
      changes.add(new SettingChange.PutEndpoint(row));
      if (here != null && !here.row().state().accepts() && row.state().accepts()) {
        changes.add(new SettingChange.ForgiveFailures(endpoint.partition, endpoint.id));
      }
    }
    List<SecretRow> secrets = endpoint.settings().secrets();
    List<SecretRow> known = here == null ? List.of() : here.settings().secrets();
    for (SecretRow secret : known) {
      if (find(secret.slot(), secrets) == null) {
        changes.add(new SettingChange.RemoveSecret(endpoint.partition, endpoint.id, secret.slot()));
      }
    }
    for (SecretRow secret : secrets) {
      if (!isSame(find(secret.slot(), known), secret)) {
        changes.add(new SettingChange.PutSecret(endpoint.partition, secret));
      }
    }
  }

  private static @Nullable SecretRow find(int slot, List<SecretRow> secrets) {
    return secrets.stream().filter(row -> row.slot() == slot).findFirst().orElse(null);
  }

  // A record with an array is equal to itself only.

  private static boolean isSame(@Nullable SecretRow one, SecretRow other) {
    return one != null
        && Arrays.equals(one.ciphertext(), other.ciphertext())
        && one.keyId() == other.keyId()
        && one.expires() == other.expires();
  }

  private static boolean isSame(@Nullable TokenRow one, TokenRow other) {
    return one != null
        && Arrays.equals(one.hash(), other.hash())
        && one.grant().equals(other.grant())
        && one.name().equals(other.name())
        && one.hint().equals(other.hint())
        && one.created() == other.created();
  }
}
