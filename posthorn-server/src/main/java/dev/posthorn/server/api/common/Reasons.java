package dev.posthorn.server.api.common;

/** Descriptions of successful statuses for the OpenAPI document. */
public final class Reasons {
  private Reasons() {}

  public static String of(int status) {
    return switch (status) {
      case 200 -> "Done; returns the current state.";
      case 201 -> "Created.";
      case 202 -> "Accepted; processing continues in the background.";
      case 204 -> "Done.";
      case 304 -> "The client has the current file.";
      default -> throw new IllegalArgumentException("no operation answers " + status);
    };
  }
}
