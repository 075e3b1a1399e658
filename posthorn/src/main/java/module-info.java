/**
 * Webhook delivery for Java programs.
 *
 * <p>{@code dev.posthorn} is the API, {@code dev.posthorn.metrics} its Micrometer binding, and
 * {@code dev.posthorn.spi} the interfaces that others may implement. The rooms under {@code
 * dev.posthorn.internal} are open to Posthorn's own modules only.
 */
@SuppressWarnings({
  "module", // the modules that the internal rooms are open to are compiled later
  "requires-automatic",
  "requires-transitive-automatic"
})
module dev.posthorn {
  requires transitive dev.posthorn.signature;
  requires static transitive org.jspecify;
  requires static micrometer.core;
  requires static com.fasterxml.jackson.annotation;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.handler.proxy;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires java.management;
  requires transitive java.sql;
  requires jdk.management;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  uses dev.posthorn.spi.store.StoreProvider;

  exports dev.posthorn;
  exports dev.posthorn.metrics;
  exports dev.posthorn.spi.runtime;
  exports dev.posthorn.spi.store;
  exports dev.posthorn.spi.store.reads;
  exports dev.posthorn.spi.store.rows;
  exports dev.posthorn.spi.transport;
  exports dev.posthorn.spi.wire;
  exports dev.posthorn.store.sqlite;
  exports dev.posthorn.transport.http;
  exports dev.posthorn.internal.api to
      dev.posthorn.server,
      dev.posthorn.spring.boot,
      dev.posthorn.testkit;

  // Jackson is tried out with a record when a database is opened.
  opens dev.posthorn.internal.api to
      tools.jackson.databind;

  exports dev.posthorn.internal.copy to
      dev.posthorn.postgresql,
      dev.posthorn.server;
  exports dev.posthorn.internal.crypto to
      dev.posthorn.cidadao,
      dev.posthorn.server;
  exports dev.posthorn.internal.engine to
      dev.posthorn.cidadao,
      dev.posthorn.server,
      dev.posthorn.spring.boot;
  exports dev.posthorn.internal.engine.accept to
      dev.posthorn.cidadao,
      dev.posthorn.server;
  exports dev.posthorn.internal.engine.base to
      dev.posthorn.cidadao,
      dev.posthorn.server,
      dev.posthorn.spring.boot,
      dev.posthorn.testkit;
  exports dev.posthorn.internal.engine.journal to
      dev.posthorn.server;
  exports dev.posthorn.internal.engine.lane to
      dev.posthorn.server;
  exports dev.posthorn.internal.engine.registry to
      dev.posthorn.cidadao,
      dev.posthorn.server;
  exports dev.posthorn.internal.engine.task to
      dev.posthorn.server;
  exports dev.posthorn.internal.fair to
      dev.posthorn.postgresql,
      dev.posthorn.server;
  exports dev.posthorn.internal.file to
      dev.posthorn.server;
  exports dev.posthorn.internal.http.loop to
      dev.posthorn.server;
  exports dev.posthorn.internal.id to
      dev.posthorn.cidadao,
      dev.posthorn.postgresql,
      dev.posthorn.server,
      dev.posthorn.testkit;
  exports dev.posthorn.internal.inbox to
      dev.posthorn.server,
      dev.posthorn.spring.boot;
  exports dev.posthorn.internal.metrics to
      dev.posthorn.server;
  exports dev.posthorn.internal.rows to
      dev.posthorn.postgresql;
  exports dev.posthorn.internal.rules to
      dev.posthorn.cidadao,
      dev.posthorn.postgresql,
      dev.posthorn.server;
  exports dev.posthorn.internal.runtime to
      dev.posthorn.cidadao,
      dev.posthorn.server;
  exports dev.posthorn.internal.sqlite.file to
      dev.posthorn.server;
  exports dev.posthorn.internal.sqlite.store to
      dev.posthorn.server;
  exports dev.posthorn.internal.wire to
      dev.posthorn.cidadao,
      dev.posthorn.server;
}
