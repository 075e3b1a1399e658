package dev.posthorn.internal.api;

import dev.posthorn.NewMessage;
import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Maps messages of users to requests of the engine. */
final class SendRequests {
  private SendRequests() {}

  /** Returns a request to send a message; throws INVALID if its times make no sense now. */
  static SendRequest of(NewMessage message, long application, Instant now, Payloads payloads) {
    Instant due = time(message.deliverAt(), message.deliverIn(), now);
    Instant end = time(message.expiresAt(), message.expiresIn(), now);
    if (due != null) {
      Checks.time(message.deliverIn() == null ? "deliverAt" : "deliverIn", due);
    }
    if (end != null) {
      Checks.time(message.expiresIn() == null ? "expiresAt" : "expiresIn", end);
    }
    if (end != null && !end.isAfter(now)) {
      throw PosthornException.invalid("expiresAt", "is in the past; use a later time");
    }
    if (due != null && end != null && !end.isAfter(due)) {
      throw PosthornException.invalid(
          message.expiresIn() == null ? "expiresAt" : "expiresIn",
          "must be later than the time of delivery");
    }
    return request(
        message,
        application,
        new SendRequest.Options(message.eventId(), millis(due), millis(end), null)
            .withTimes(
                SendRequest.Options.times(
                    given(message.deliverAt(), message.deliverIn()),
                    given(message.expiresAt(), message.expiresIn()))),
        payloads);
  }

  private static @Nullable Instant time(@Nullable Instant at, @Nullable Duration in, Instant now) {
    return in == null ? at : now.plus(in);
  }

  /** A time that counts from sending is the same each time the message is sent. */
  private static String given(@Nullable Instant at, @Nullable Duration in) {
    return in == null ? Long.toString(millis(at)) : in.toString();
  }

  /** Returns a request to test an endpoint; throws INVALID for options that a test cannot have. */
  static SendRequest forTest(NewMessage message, long application, Payloads payloads) {
    if (message.eventId() != null) {
      throw PosthornException.invalid("eventId", "a test has none; leave it out");
    }
    if (message.deliverAt() != null || message.deliverIn() != null) {
      throw PosthornException.invalid("deliverAt", "a test is sent at once; leave it out");
    }
    if (message.expiresAt() != null || message.expiresIn() != null) {
      throw PosthornException.invalid("expiresAt", "a test is sent once; leave it out");
    }
    return request(message, application, SendRequest.Options.NONE, payloads);
  }

  private static SendRequest request(
      NewMessage message, long application, SendRequest.Options options, Payloads payloads) {
    byte[] body =
        switch (message.payload()) {
          case String text -> text.getBytes(StandardCharsets.UTF_8);
          case byte[] bytes -> bytes;
          case Object object -> payloads.write(object);
        };
    return new SendRequest(
        application, message.type(), message.channels(), message.contentType(), body, options);
  }

  private static long millis(@Nullable Instant time) {
    return time == null ? 0 : time.toEpochMilli();
  }
}
