package dev.posthorn.internal.http.connection;

import dev.posthorn.Timings;
import dev.posthorn.spi.transport.ErrorClass;
import dev.posthorn.spi.transport.ExchangeResult;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The parts of a response that are kept: status, two headers, and the start of the body. */
final class ResponseSummary {
  private static final byte[] NO_BYTES = {};

  private int status;
  private @Nullable String retryAfter;
  private @Nullable String contentType;
  private byte[] excerpt = NO_BYTES;
  private boolean overflowed;

  void head(int code, @Nullable String retryAfterValue, @Nullable String mediaType) {
    status = code;
    retryAfter = retryAfterValue;
    contentType = mediaType;
  }

  /** Returns whether the head has arrived. */
  boolean hasHead() {
    return status != 0;
  }

  /** Keeps bytes of the body, as many as an excerpt of {@code most} bytes has room for. */
  void body(ByteBuf content, int bytes, int most) {
    int keep = Math.min(bytes, most - excerpt.length);
    if (keep > 0) {
      int length = excerpt.length;
      excerpt = Arrays.copyOf(excerpt, length + keep);
      content.readBytes(excerpt, length, keep);
    }
    content.skipBytes(bytes - keep);
    overflowed |= keep < bytes;
  }

  /** Returns whether more of the body has arrived than is kept. */
  boolean overflowed() {
    return overflowed;
  }

  ExchangeResult result(@Nullable ErrorClass bodyError, Timings timings, int most) {
    byte[] text = Excerpts.inUtf8(excerpt, contentType, most);
    return new ExchangeResult.Response(status, retryAfter, text, bodyError, timings);
  }
}
