package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.Administration;
import dev.posthorn.internal.engine.lane.Core;
import dev.posthorn.spi.store.SecretRow;
import dev.posthorn.spi.transport.TlsIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes what endpoints have of their own for TLS; it is stored as their secrets are.
 * After a change nothing is sent over a connection from before it.
 */
public final class EndpointTls {
  private final Administration administration;
  private final Core core;
  private final Keyring keyring;

  public EndpointTls(Administration administration, Core core, Keyring keyring) {
    this.administration = administration;
    this.core = core;
    this.keyring = keyring;
  }

  /** Returns what an endpoint has, the key too, in the clear. */
  public TlsIdentity of(long id) {
    RegisteredEndpoint entry = core.directory().requireEndpoint(id);
    List<SecretRow> secrets = entry.settings().secrets();
    return new TlsIdentity(
        open(entry, secrets, SecretRow.CLIENT_CERTIFICATE),
        open(entry, secrets, SecretRow.SERVER_CA));
  }

  private @Nullable String open(RegisteredEndpoint entry, List<SecretRow> secrets, int slot) {
    for (SecretRow row : secrets) {
      if (row.slot() == slot) {
        return keyring.open(entry.owner(), row);
      }
    }
    return null;
  }

  /**
   * Sets or removes an endpoint's client certificate.
   *
   * @param pem the certificate and its key ({@link ClientCertificate#write}), already checked; or
   *     null for none
   */
  public CompletableFuture<Void> setClientCertificate(long id, @Nullable String pem) {
    return set(id, SecretRow.CLIENT_CERTIFICATE, pem);
  }

  /**
   * Sets or removes the certificates that a receiver's must come from.
   *
   * @param pem the certificates ({@link Certificates#write}), already checked; or null for those
   *     that the transport trusts
   */
  public CompletableFuture<Void> setServerCa(long id, @Nullable String pem) {
    return set(id, SecretRow.SERVER_CA, pem);
  }

  private CompletableFuture<Void> set(long id, int slot, @Nullable String text) {
    return administration
        .changeSecrets(
            id,
            (entry, present, writing) -> {
              present.removeIf(row -> row.slot() == slot);
              if (text != null) {
                present.add(0, keyring.seal(entry.owner(), id, slot, text, 0));
              }
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Returns the rows of a new endpoint. */
  public static List<SecretRow> seal(
      Keyring keyring, Keyring.Owner owner, long endpoint, TlsIdentity identity) {
    List<SecretRow> rows = new ArrayList<>();
    String ca = identity.serverCa();
    if (ca != null) {
      rows.add(keyring.seal(owner, endpoint, SecretRow.SERVER_CA, ca, 0));
    }
    String certificate = identity.clientCertificate();
    if (certificate != null) {
      rows.add(keyring.seal(owner, endpoint, SecretRow.CLIENT_CERTIFICATE, certificate, 0));
    }
    return rows;
  }
}
