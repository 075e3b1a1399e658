package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.rules.ApplicationRules;
import dev.posthorn.internal.rules.ChannelRules;
import dev.posthorn.internal.rules.EndpointRules;
import dev.posthorn.internal.rules.EventTypeRules;
import dev.posthorn.internal.rules.MetadataRules;
import dev.posthorn.internal.rules.NameRules;
import dev.posthorn.internal.rules.Problems;
import dev.posthorn.internal.rules.Rules;
import dev.posthorn.spi.store.rows.ApplicationRow;
import dev.posthorn.spi.store.rows.EndpointSpec;
import dev.posthorn.spi.store.rows.EventTypeRow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks of rows before they are written: all of them are in memory, so each must be bounded. Only
 * what changes is checked, so that a row that was written before a limit existed can still be
 * changed in other places. Every method throws {@link PosthornException} with INVALID.
 */
public final class RowChecks {
  private RowChecks() {}

  /** Checks what changes of an application. */
  public static void check(ApplicationRow row, @Nullable ApplicationRow before) {
    if (before == null || !row.name().equals(before.name())) {
      Rules.require("name", ApplicationRules.nameProblem(row.name()));
    }
    if (before == null || !Objects.equals(row.uid(), before.uid())) {
      requireName("uid", row.uid());
    }
    if (before == null || !row.metadata().equals(before.metadata())) {
      Rules.require("metadata", MetadataRules.problem(row.metadata()));
    }
  }

  /** Checks what changes of an endpoint. */
  public static void check(EndpointSpec spec, @Nullable EndpointSpec before) {
    if (before == null || !Objects.equals(spec.uid(), before.uid())) {
      requireName("uid", spec.uid());
    }
    if (before == null || !spec.url().equals(before.url())) {
      Rules.require("url", Problems.ofLength(spec.url(), EndpointRules.MAX_URL));
    }
    if (before == null || !spec.description().equals(before.description())) {
      requireDescription(spec.description(), EndpointRules.MAX_DESCRIPTION);
    }
    if (before == null || !spec.eventTypes().equals(before.eventTypes())) {
      Rules.require("eventTypes", EndpointRules.filtersProblem(spec.eventTypes()));
    }
    if (before == null || !spec.channels().equals(before.channels())) {
      Rules.require("channels", ChannelRules.problem(spec.channels()));
    }
    if (before == null || !spec.metadata().equals(before.metadata())) {
      Rules.require("metadata", MetadataRules.problem(spec.metadata()));
    }
  }

  /** Checks what changes of an event type. */
  public static void check(EventTypeRow row, @Nullable EventTypeRow before) {
    if (before == null || !row.description().equals(before.description())) {
      requireDescription(row.description(), EventTypeRules.MAX_DESCRIPTION);
    }
    if (before == null || !Objects.equals(row.schemas(), before.schemas())) {
      Rules.require("schemas", Problems.ofLength(row.schemas(), EventTypeRules.MAX_SCHEMAS));
    }
  }

  private static void requireName(String field, @Nullable String name) {
    Rules.require(field, name == null ? null : NameRules.NAME.problem(name));
  }

  private static void requireDescription(String text, int max) {
    Rules.require("description", Problems.ofLength(text, max));
  }
}
