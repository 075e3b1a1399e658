package dev.posthorn.server.cli.operate;

import java.util.List;

/** The API keys of a database file or a running server. */
interface ApiKeys extends AutoCloseable {

  /** Returns the keys, oldest first. */
  List<ApiKey> list();

  /** Creates a key. */
  ApiKey create(String name);

  /** Revokes a key at once. */
  void revoke(String id);

  /** Creates a key with the permissions of another, which remains valid for a grace period. */
  ApiKey rotate(String id, long graceMillis);

  @Override
  void close();
}
