package dev.posthorn.spring.boot.observation;

import dev.posthorn.Application;
import dev.posthorn.NewMessage;
import dev.posthorn.Receipt;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The context of the observation {@code posthorn.send}. Its carrier gets the trace context, such as
 * {@code traceparent}; receivers of the webhook never see it.
 */
public final class SendContext extends SenderContext<Map<String, String>> {
  private final Application application;
  private final NewMessage message;
  private final Map<String, String> trace = new HashMap<>();
  private volatile @Nullable Receipt receipt;

  SendContext(Application application, NewMessage message) {
    super((carrier, name, value) -> put(carrier, name, value), Kind.PRODUCER);
    this.application = application;
    this.message = message;
    setCarrier(trace);
  }

  private static void put(@Nullable Map<String, String> carrier, String name, String value) {
    if (carrier != null) {
      carrier.put(name, value);
    }
  }

  /** Returns the application that the message is sent to. */
  public Application application() {
    return application;
  }

  /** Returns the message. */
  public NewMessage message() {
    return message;
  }

  /** Returns the receipt, or null before there is one. */
  public @Nullable Receipt receipt() {
    return receipt;
  }

  /** Returns the trace context, by the names of its headers. */
  Map<String, String> trace() {
    return Map.copyOf(trace);
  }

  void sent(Receipt receipt) {
    this.receipt = receipt;
  }
}
