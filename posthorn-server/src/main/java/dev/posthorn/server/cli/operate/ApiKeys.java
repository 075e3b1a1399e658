package dev.posthorn.server.cli.operate;

import java.util.List;

/** Where API keys are kept: a database file, or a running server. */
interface ApiKeys extends AutoCloseable {

  /** Returns the keys, oldest first. */
  List<ApiKey> list();

  /** Makes a key. */
  ApiKey create(String name);

  /** Ends a key at once. */
  void revoke(String id);

  /** Makes a key that may do the same in the place of another, which still counts for a while. */
  ApiKey rotate(String id, long graceMillis);

  @Override
  void close();
}
