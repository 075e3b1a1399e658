package dev.posthorn.spi.runtime;

/**
 * An owner of what waits, where many want what there is little of: groups have equal parts, and so
 * have the members of a group.
 *
 * @param group such as an application
 * @param member one of the group, such as an endpoint
 */
public record Owner(Object group, Object member) {
  /** Owner of what is nobody's in particular. */
  public static final Owner NOBODY = new Owner("", "");
}
