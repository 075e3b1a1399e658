package dev.posthorn.internal.engine.registry;

import dev.posthorn.internal.crypto.Keyring;
import dev.posthorn.internal.engine.base.EngineOptions;
import dev.posthorn.spi.runtime.Owner;
import dev.posthorn.spi.store.rows.EndpointPolicy;
import dev.posthorn.spi.store.rows.EndpointRow;
import dev.posthorn.spi.store.rows.SecretRow;
import dev.posthorn.spi.transport.ExchangeLimits;
import dev.posthorn.spi.transport.HttpTarget;
import dev.posthorn.spi.transport.TlsIdentity;
import dev.posthorn.spi.wire.Header;
import dev.posthorn.spi.wire.SigningSecret;
import dev.posthorn.spi.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link LaneSettings}: parses the URL, decrypts secrets and headers, applies the defaults.
 */
public final class LaneSettingsFactory {
  private final EngineOptions options;
  private final Keyring keyring;
  private final Map<String, WireFormat> formats;
  private final EventTypeRegistry eventTypes;

  public LaneSettingsFactory(
      EngineOptions options,
      Keyring keyring,
      Map<String, WireFormat> formats,
      EventTypeRegistry eventTypes) {
    this.options = options;
    this.keyring = keyring;
    this.formats = Map.copyOf(formats);
    this.eventTypes = eventTypes;
  }

  /**
   * Makes the settings of an endpoint.
   *
   * @throws RuntimeException if a secret cannot be decrypted, or the wire format is unknown
   */
  public LaneSettings make(long environment, RegisteredEndpoint.Settings source) {
    EndpointRow row = source.row();
    Keyring.Owner owner = new Keyring.Owner(environment, row.application());
    EndpointPolicy policy = row.policy();
    WireFormat format = format(policy);
    List<SigningSecret> secrets = new ArrayList<>();
    List<Header> headers = List.of();
    String certificate = null;
    String ca = null;
    for (SecretRow secret : source.secrets()) {
      String plain = keyring.open(owner, secret);
      switch (secret.slot()) {
        case SecretRow.SERVER_CA -> ca = plain;
        case SecretRow.CLIENT_CERTIFICATE -> certificate = plain;
        case SecretRow.HEADERS -> headers = HeaderText.parse(plain);
        default -> secrets.add(new SigningSecret(plain, secret.expires()));
      }
    }
    int concurrency =
        policy.ordered()
            ? 1
            : policy.concurrency() > 0 ? policy.concurrency() : options.limits().concurrency();
    ExchangeLimits limits =
        policy.timeoutMillis() > 0
            ? options.exchange().within(policy.timeoutMillis())
            : options.exchange();
    HttpTarget target = HttpTarget.parse(row.url());
    if (certificate != null || ca != null) {
      target = target.with(new TlsIdentity(certificate, ca));
    }
    return new LaneSettings(
        source,
        concurrency,
        new Owner(row.application(), row.id()),
        new LaneSettings.Requests(target, format.signer(newest(secrets), headers), limits),
        new DeliveryRules(policy, options, format));
  }

  private static List<SigningSecret> newest(List<SigningSecret> secrets) {
    int most = SigningSecret.MOST;
    return secrets.size() <= most
        ? secrets
        : List.copyOf(secrets.subList(secrets.size() - most, secrets.size()));
  }

  /** Returns until when a delivery that is due at a time may wait for its first exchange. */
  public long deadline(RegisteredEndpoint endpoint, String eventType, long due) {
    return DeliveryRules.deadline(
        endpoint.row().policy(),
        eventTypes.retryWaits(endpoint.environment, eventType),
        options,
        due);
  }

  /**
   * Returns the rules for an attempt: its event type may have its own.
   *
   * @param eventType null if it is not known
   */
  public DeliveryRules rules(
      RegisteredEndpoint endpoint, LaneSettings settings, @Nullable String eventType) {
    DeliveryRules rules = settings.rules();
    return eventType == null
        ? rules
        : rules.forType(eventTypes.retryWaits(endpoint.environment, eventType));
  }

  WireFormat format(EndpointPolicy policy) {
    WireFormat format = formats.get(policy.wireFormat());
    if (format == null) {
      throw new IllegalStateException(
          "wire format "
              + policy.wireFormat()
              + " is not known here; add it when opening Posthorn");
    }
    return format;
  }
}
