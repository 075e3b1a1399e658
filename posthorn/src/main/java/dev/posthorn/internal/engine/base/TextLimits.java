package dev.posthorn.internal.engine.base;

import dev.posthorn.PosthornException;
import dev.posthorn.spi.store.ApplicationRow;
import dev.posthorn.spi.store.EndpointSpec;
import dev.posthorn.spi.store.EventTypeRow;
import dev.posthorn.spi.transport.HttpTarget;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The most characters of what is kept of an application, an endpoint or an event type: all of them
 * are in memory, so each has a bound. The one list for the library, the server and its OpenAPI
 * document. What a database holds from before stays as it is until it is changed.
 */
public final class TextLimits {
  /** A name that its owner chooses: a uid, an event type, a channel. */
  public static final int NAME = 256;

  /** What people call an application. */
  public static final int LABEL = 256;

  /** A note on an endpoint or an event type. */
  public static final int DESCRIPTION = 4_096;

  /** Entries of metadata. */
  public static final int METADATA_ENTRIES = 50;

  /** The key of an entry. */
  public static final int METADATA_KEY = 100;

  /** The value of an entry. */
  public static final int METADATA_VALUE = 500;

  /** Keys and values together. */
  public static final int METADATA = 8_192;

  /** Event types or patterns of an endpoint. */
  public static final int FILTERS = 1_000;

  /** They together. */
  public static final int FILTERS_TOGETHER = 16_384;

  /** Channels of an endpoint or a message. */
  public static final int CHANNELS = 100;

  /** The schemas of an event type, as JSON. */
  public static final int SCHEMAS = 131_072;

  /** Event types of an environment, archived ones too. */
  public static final int EVENT_TYPES = 10_000;

  /** Their descriptions and schemas together. */
  public static final int EVENT_TYPE_TEXTS = 8 * 1024 * 1024;

  private TextLimits() {}

  /** Throws that an application says too much, if it does so where it was not so before. */
  public static void check(ApplicationRow row, @Nullable ApplicationRow before) {
    if (before == null || !row.name().equals(before.name())) {
      require("name", row.name(), LABEL);
    }
    if (before == null || !Objects.equals(row.uid(), before.uid())) {
      require("uid", row.uid(), NAME);
    }
    if (before == null || !row.metadata().equals(before.metadata())) {
      metadata(row.metadata());
    }
  }

  /** Throws that an endpoint says too much, if it does so where it was not so before. */
  public static void check(EndpointSpec spec, @Nullable EndpointSpec before) {
    if (before == null || !Objects.equals(spec.uid(), before.uid())) {
      require("uid", spec.uid(), NAME);
    }
    if (before == null || !spec.url().equals(before.url())) {
      require("url", spec.url(), HttpTarget.MAX_LENGTH);
    }
    if (before == null || !spec.description().equals(before.description())) {
      require("description", spec.description(), DESCRIPTION);
    }
    if (before == null || !spec.eventTypes().equals(before.eventTypes())) {
      eventTypes("eventTypes", spec.eventTypes());
    }
    if (before == null || !spec.channels().equals(before.channels())) {
      channels(spec.channels());
    }
    if (before == null || !spec.metadata().equals(before.metadata())) {
      metadata(spec.metadata());
    }
  }

  /** Throws that an event type says too much, if it does so where it was not so before. */
  public static void check(EventTypeRow row, @Nullable EventTypeRow before) {
    if (before == null || !row.description().equals(before.description())) {
      require("description", row.description(), DESCRIPTION);
    }
    if (before == null || !Objects.equals(row.schemas(), before.schemas())) {
      require("schemas", row.schemas(), SCHEMAS);
    }
  }

  /** Throws that a text is too long; null is none. */
  public static void require(String field, @Nullable String text, int most) {
    if (text != null && text.length() > most) {
      throw PosthornException.invalid(field, tooLong(text.length(), most));
    }
  }

  /** Says that a text is too long. */
  public static String tooLong(int length, int most) {
    return "has " + length + " characters; give at most " + most;
  }

  /** Throws that metadata is too much. */
  public static void metadata(Map<String, String> notes) {
    String field = "metadata";
    if (notes.size() > METADATA_ENTRIES) {
      throw PosthornException.invalid(
          field, "has " + notes.size() + " entries; give at most " + METADATA_ENTRIES);
    }
    notes.forEach(TextLimits::note);
    int together = length(notes.keySet()) + length(notes.values());
    if (together > METADATA) {
      throw PosthornException.invalid(field, "says too much: " + tooLong(together, METADATA));
    }
  }

  /** Throws that an entry of metadata is none, or too much. */
  public static void note(String key, String value) {
    if (key.isBlank()) {
      throw PosthornException.invalid("metadata", "has a key without a character; give it a name");
    }
    if (key.length() > METADATA_KEY) {
      throw PosthornException.invalid(
          "metadata", "has a key that " + tooLong(key.length(), METADATA_KEY));
    }
    if (value.length() > METADATA_VALUE) {
      throw PosthornException.invalid(
          "metadata", "has a value that " + tooLong(value.length(), METADATA_VALUE));
    }
  }

  /** Throws that the event types of an endpoint are too much. */
  public static void eventTypes(String field, Collection<String> types) {
    names(field, types, FILTERS);
    if (length(types) > FILTERS_TOGETHER) {
      throw PosthornException.invalid(
          field, "says too much: " + tooLong(length(types), FILTERS_TOGETHER));
    }
  }

  /** Throws that channels are too many. */
  public static void channels(Collection<String> channels) {
    names("channels", channels, CHANNELS);
  }

  private static void names(String field, Collection<String> names, int most) {
    if (names.size() > most) {
      throw PosthornException.invalid(
          field, "has " + names.size() + " values; give at most " + most);
    }
    // A pattern has two characters more.
    names.forEach(name -> require(field, name, NAME + 2));
  }

  private static int length(Collection<String> texts) {
    return texts.stream().mapToInt(String::length).sum();
  }
}
