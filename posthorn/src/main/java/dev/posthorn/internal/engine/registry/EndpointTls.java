package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.crypto.Certificates;
import dev.posthorn.internal.crypto.ClientCertificate;
import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.transport.TlsIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes the client certificates and CAs of endpoints, which the store keeps encrypted
 * like their secrets. After a change no request uses a connection from before it.
 */
public final class EndpointTls {
  private final EndpointSecrets secrets;
  private final EndpointRegistry endpoints;
  private final Keyring keyring;

  public EndpointTls(EndpointSecrets secrets, EndpointRegistry endpoints, Keyring keyring) {
    this.secrets = secrets;
    this.endpoints = endpoints;
    this.keyring = keyring;
  }

  /** Returns an endpoint's client certificate, with its key in the clear, and its CAs. */
  public TlsIdentity of(long id) {
    RegisteredEndpoint entry = endpoints.requireEndpoint(id);
    List<SecretRow> rows = entry.settings().secrets();
    return new TlsIdentity(
        open(entry, rows, SecretRow.CLIENT_CERTIFICATE), open(entry, rows, SecretRow.SERVER_CA));
  }

  private @Nullable String open(RegisteredEndpoint entry, List<SecretRow> rows, int slot) {
    for (SecretRow row : rows) {
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
   * Sets or removes the only CAs that this endpoint's receiver may use.
   *
   * @param pem the CAs' certificates ({@link Certificates#write}), already checked; or null for the
   *     CAs that the transport trusts
   */
  public CompletableFuture<Void> setServerCa(long id, @Nullable String pem) {
    return set(id, SecretRow.SERVER_CA, pem);
  }

  private CompletableFuture<Void> set(long id, int slot, @Nullable String text) {
    return secrets
        .change(
            id,
            (secrets, batch) -> {
              if (text != null) {
                secrets.put(keyring.seal(secrets.owner(), id, slot, text, 0));
              } else {
                secrets.remove(slot);
              }
              return Optional.empty();
            })
        .thenApply(nothing -> null);
  }

  /** Returns the rows of a new endpoint. */
  static List<SecretRow> seal(
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
