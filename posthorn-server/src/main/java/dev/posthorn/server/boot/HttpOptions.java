package dev.posthorn.server.boot;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Vert.x's options of a listener. */
final class HttpOptions {
  private HttpOptions() {}

  /** Returns the options of a listener at an address, with a certificate or without. */
  static HttpServerOptions of(InetSocketAddress listen, ServerOptions.@Nullable Tls tls) {
    HttpServerOptions http =
        new HttpServerOptions().setHost(listen.getHostString()).setPort(listen.getPort());
    if (tls != null) {
      http.setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certificate().toString())
                  .setKeyPath(tls.key().toString()));
    }
    return http;
  }
}
