package dev.posthorn.internal.api;

import dev.posthorn.PosthornException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** Writes payload objects with Jackson 3. Nothing else in the library needs its databind. */
final class JacksonPayloads {
  /** An object that no property is found of is a mistake, not an empty event. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(new ForeignModule())
          .build();

  private JacksonPayloads() {}

  static byte[] write(Object payload) {
    try {
      return MAPPER.writeValueAsBytes(payload);
    } catch (JacksonException e) {
      throw PosthornException.invalid(
          "payload", "cannot be written as JSON: " + e.getOriginalMessage() + "; " + Json.REMEDY);
    }
  }

  private static final class ForeignModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    @Override
    public void setupModule(SetupContext context) {
      super.setupModule(context);
      context.addSerializers(new ForeignSerializers());
    }
  }
}
