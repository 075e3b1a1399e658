package dev.posthorn.internal.http.tls;

import dev.posthorn.HttpTransportOptions;
import io.netty.handler.ssl.OpenSsl;

/**
 * Options offered to a receiver in the TLS handshake.
 *
 * @param http2 whether to offer HTTP/2 in addition to HTTP/1.1
 * @param isNative whether to use BoringSSL; the JDK is slower and supports more certificates
 */
public record Offer(boolean http2, boolean isNative) {

  public static Offer of(HttpTransportOptions options) {
    return new Offer(options.http2(), options.nativeIo() && OpenSsl.isAvailable());
  }

  public Offer withoutHttp2() {
    return new Offer(false, isNative);
  }

  public Offer ofJdk() {
    return new Offer(http2, false);
  }

  /** Returns the options of a transport that makes this offer to all receivers. */
  HttpTransportOptions in(HttpTransportOptions options) {
    return options.toBuilder().http2(http2).nativeIo(isNative).build();
  }
}
