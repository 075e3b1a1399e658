package dev.posthorn.internal.engine.registry;

import dev.posthorn.PosthornException;
import dev.posthorn.Reason;
import org.jspecify.annotations.Nullable;

/** The bounds of what the endpoints of one application may take in memory. */
final class EndpointRoom {
  private EndpointRoom() {}

  /**
   * Checks that an application may have one more endpoint as of a batch.
   *
   * @param most the most endpoints of one application
   */
  static void requireOne(StagedEndpoints staged, long application, int most) {
    if (staged.count(application) >= most) {
      throw new PosthornException(
          Reason.CONFLICT,
          "endpoints: the application has "
              + most
              + " and may not have more; remove some, or have the limit raised");
    }
  }

  /**
   * Checks that settings of an endpoint have room as of a batch; settings that do not grow always
   * fit.
   *
   * @param before the previous settings, or null
   * @param mostEndpoints the most endpoints of one application
   */
  static void require(
      StagedEndpoints staged,
      RegisteredEndpoint.@Nullable Settings before,
      RegisteredEndpoint.Settings after,
      int mostEndpoints) {
    long more = EndpointSize.of(after) - (before == null ? 0 : EndpointSize.of(before));
    long most = (long) mostEndpoints * EndpointSize.MEAN;
    if (more > 0 && staged.bytes(after.row().application()) + more > most) {
      throw new PosthornException(
          Reason.CONFLICT,
          "endpoints: the texts of all endpoints of the application take more than "
              + most
              + " bytes together, event types and channels "
              + EndpointSize.INDEXED
              + " each besides their characters; give fewer, or have the limit raised");
    }
  }
}
