package dev.posthorn.internal.api;

import dev.posthorn.PayloadMapper;
import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes payload objects as JSON.
 *
 * @param own the application's own mapper, or null for Jackson 3
 */
public record Payloads(@Nullable PayloadMapper own) {

  /** The annotations that Jackson needs, in the version that this library was built with. */
  static final String ANNOTATIONS = "com.fasterxml.jackson.core:jackson-annotations:2.23";

  /** Object written to find out whether Jackson works. */
  private record Probe(int number) {}

  /**
   * Requires that objects can be written: a program may bring annotations that are older than
   * Jackson 3 needs. Throws INVALID with what to set.
   */
  void require() {
    try {
      var unused = own == null ? write(new Probe(1)) : Json.require("probe", new byte[] {'1'});
    } catch (LinkageError e) {
      throw new PosthornException(
          Reason.INVALID,
          "classPath: Jackson "
              + version("tools.jackson.databind.json.JsonMapper")
              + " does not run with jackson-annotations "
              + version("com.fasterxml.jackson.annotation.JsonProperty")
              + " ("
              + e
              + "); declare the dependency "
              + ANNOTATIONS
              + " (in Spring Boot 3.5 the property jackson-bom.version sets it, too), or give"
              + " PosthornOptions.json your own mapper, such as objectMapper::writeValueAsString",
          e);
    }
  }

  private static String version(String type) {
    try {
      Package of = Class.forName(type, false, Payloads.class.getClassLoader()).getPackage();
      return String.valueOf(of.getImplementationVersion());
    } catch (ClassNotFoundException e) {
      return "(none)";
    }
  }

  /** Returns an object as JSON. */
  public byte[] write(Object payload) {
    return own == null ? JacksonPayloads.write(payload) : checked(own, payload);
  }

  private static byte[] checked(PayloadMapper mapper, Object payload) {
    String text;
    try {
      text = mapper.toJson(payload);
    } catch (Exception e) {
      throw new PosthornException(
          Reason.INVALID,
          "payload: the mapper of PosthornOptions.json cannot write a "
              + payload.getClass().getName()
              + ": "
              + e,
          e);
    }
    if (text == null) {
      throw PosthornException.invalid(
          "payload", "the mapper of PosthornOptions.json returned null; return JSON text");
    }
    return Json.require("payload", text.getBytes(StandardCharsets.UTF_8));
  }
}
