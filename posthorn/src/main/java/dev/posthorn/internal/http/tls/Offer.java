package dev.posthorn.internal.http.tls;

import dev.posthorn.HttpTransportOptions;
import io.netty.handler.ssl.OpenSsl;

/**
 * What a receiver is offered in the TLS handshake.
 *
 * @param http2 whether HTTP/2 beside HTTP/1.1
 * @param isNative whether BoringSSL speaks TLS; the JDK is slower and knows more certificates
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

  /** Returns the options of a transport that makes this offer to all. */
  HttpTransportOptions in(HttpTransportOptions options) {
    return options.toBuilder().http2(http2).nativeIo(isNative).build();
  }
}
