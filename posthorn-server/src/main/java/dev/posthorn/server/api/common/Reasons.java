package dev.posthorn.server.api.common;

/** Says in words what a successful status means. */
public final class Reasons {
  private Reasons() {}

  public static String of(int status) {
    return switch (status) {
      case 200 -> "Done; this is how it is now.";
      case 201 -> "Created.";
      case 202 -> "Accepted; the rest is done by itself.";
      case 204 -> "Done.";
      default -> throw new IllegalArgumentException("no operation answers " + status);
    };
  }
}
