/** The store on PostgreSQL. */
@SuppressWarnings({
  "module", // the modules that use it are compiled later
  "requires-automatic"
})
module dev.posthorn.postgresql {
  requires transitive dev.posthorn;
  requires static transitive org.jspecify;
  requires static org.checkerframework.checker.qual;
  requires com.zaxxer.hikari;
  requires java.logging;
  requires org.postgresql.jdbc;
  requires org.slf4j;

  exports dev.posthorn.store.postgresql;
  exports dev.posthorn.internal.postgresql.copy to
      dev.posthorn.server;
  exports dev.posthorn.internal.postgresql.nodes to
      dev.posthorn.server;

  provides dev.posthorn.spi.store.StoreProvider with
      dev.posthorn.internal.postgresql.store.PostgresqlStoreProvider;
}
