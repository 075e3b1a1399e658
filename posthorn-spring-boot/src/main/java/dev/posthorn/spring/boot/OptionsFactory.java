package dev.posthorn.spring.boot;

import dev.posthorn.EgressProxy;
import dev.posthorn.PayloadMapper;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.RetrySchedule;
import dev.posthorn.spi.wire.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** Makes the options of properties and beans; an invalid value is reported as its property. */
final class OptionsFactory {
  private final PosthornProperties properties;
  private final ProgramDatabase database;

  OptionsFactory(PosthornProperties properties, ProgramDatabase database) {
    this.properties = properties;
    this.database = database;
  }

  /** Returns a builder with the properties applied. */
  PosthornOptions.Builder builder(@Nullable PayloadMapper mapper, List<WireFormat> formats) {
    PosthornOptions.Builder builder = new StoreSelection(properties.store(), database).builder();
    keys(builder);
    messages(builder);
    delivery(builder);
    network(builder);
    if (mapper != null) {
      builder.json(mapper);
    }
    formats.forEach(builder::addWireFormat);
    return builder;
  }

  private void keys(PosthornOptions.Builder builder) {
    PosthornProperties.Keys keys = properties.keys();
    String secret = keys.secret();
    if (secret != null) {
      if (keys.file() != null) {
        throw PosthornException.invalid(
            "posthorn.keys.secret",
            "is set beside posthorn.keys.file; set either the key or its file");
      }
      try {
        builder.secretKey(secret);
      } catch (PosthornException e) { // the value of this property is shown nowhere
        throw PosthornException.invalid("posthorn.keys.secret", problem(e));
      }
    }
    setIfPresent("keys.file", keys.file(), builder::keyFile);
    setIfPresent("keys.file-permissions", keys.filePermissions(), builder::keyFilePermissions);
  }

  private void messages(PosthornOptions.Builder builder) {
    PosthornProperties.Messages messages = properties.messages();
    set("messages.max-payload-size", messages.maxPayloadSize(), size -> maxPayload(builder, size));
    set("messages.retention", messages.retention(), builder::retention);
    set("messages.send-timeout", messages.sendTimeout(), builder::sendTimeout);
    builder.strictEventTypes(messages.strictEventTypes());
  }

  private static PosthornOptions.Builder maxPayload(
      PosthornOptions.Builder builder, DataSize size) {
    return builder.maxPayloadSize(Math.clamp(size.toBytes(), 0, Integer.MAX_VALUE));
  }

  private void delivery(PosthornOptions.Builder builder) {
    PosthornProperties.Delivery delivery = properties.delivery();
    set(
        "delivery.retry-schedule",
        delivery.retrySchedule(),
        waits -> builder.retrySchedule(RetrySchedule.of(waits.toArray(Duration[]::new))));
    set("delivery.jitter", delivery.jitter(), builder::jitter);
    set("delivery.request-timeout", delivery.requestTimeout(), builder::requestTimeout);
    set("delivery.disable-after", delivery.disableAfter(), builder::disableAfter);
    set("delivery.max-in-flight", delivery.maxInFlight(), builder::maxInFlight);
    set("delivery.concurrency", delivery.concurrency(), builder::concurrency);
    set("delivery.close-timeout", delivery.closeTimeout(), builder::closeTimeout);
    builder.svixHeaders(delivery.svixHeaders());
  }

  private void network(PosthornOptions.Builder builder) {
    PosthornProperties.Network network = properties.network();
    set(
        "network.allowed",
        network.allowed(),
        blocks -> builder.allowNetworks(blocks.toArray(String[]::new)));
    setIfPresent(
        "network.trusted-certificates",
        network.trustedCertificates(),
        builder::trustedCertificates);
    PosthornProperties.Proxy proxy = network.proxy();
    if (proxy != null) {
      builder.proxy(proxy(proxy));
    }
  }

  private static EgressProxy proxy(PosthornProperties.Proxy proxy) {
    String host = proxy.host();
    if (host == null || host.isBlank()) {
      throw PosthornException.invalid(
          "posthorn.network.proxy.host", "is missing; set it, or no property of the proxy");
    }
    EgressProxy.Builder builder =
        get("network.proxy.port", proxy.port(), port -> EgressProxy.builder(host, port));
    builder.resolveNames(proxy.resolveNames());
    String user = proxy.user();
    String password = proxy.password();
    if ((user == null) != (password == null)) {
      throw PosthornException.invalid(
          "posthorn.network.proxy." + (user == null ? "user" : "password"),
          "is missing; set user and password, or neither");
    }
    if (user != null && password != null) {
      builder.credentials(user, password);
    }
    return builder.build();
  }

  static <T> void setIfPresent(
      String property, @Nullable T value, Function<T, PosthornOptions.Builder> setter) {
    if (value != null) {
      set(property, value, setter);
    }
  }

  static <T> void set(String property, T value, Function<T, PosthornOptions.Builder> setter) {
    var unused = get(property, value, setter);
  }

  /** Applies a value; Spring Boot reports the exception with the property and its origin. */
  static <T, R> R get(String property, T value, Function<T, R> use) {
    try {
      return use.apply(value);
    } catch (PosthornException e) {
      throw new InvalidConfigurationPropertyValueException(
          "posthorn." + property, value, problem(e));
    }
  }

  /** Returns the message without the name of the option at its beginning. */
  static String problem(PosthornException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(message.indexOf(": ") + 1).strip();
  }
}
