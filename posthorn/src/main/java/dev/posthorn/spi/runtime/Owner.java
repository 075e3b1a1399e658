package dev.posthorn.spi.runtime;

/**
 * The owner of a waiting request for a scarce resource: groups get equal shares, and so do the
 * members of a group.
 *
 * @param group for example, an application
 * @param member a member of the group, for example, an endpoint
 */
public record Owner(Object group, Object member) {
  /** Owner of requests that belong to no group. */
  public static final Owner NOBODY = new Owner("", "");
}
