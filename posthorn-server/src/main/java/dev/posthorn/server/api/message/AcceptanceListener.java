package dev.posthorn.server.api.message;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.server.http.Call;

/** Listener for messages that clients send; called on threads that must not block. */
public interface AcceptanceListener {
  /** A listener that does nothing. */
  AcceptanceListener NONE = (call, type) -> Progress.UNWATCHED;

  /**
   * Called for a valid message before it goes to the engine.
   *
   * @param type its event type
   * @return the listener for the message's progress
   */
  Progress begins(Call call, String type);

  /**
   * Listener for the progress of one message: it is committed and then answered, or it is refused.
   */
  interface Progress {
    /** A listener that does nothing. */
    Progress UNWATCHED =
        new Progress() {
          @Override
          public void committed(SendResult result) {}

          @Override
          public void answered() {}

          @Override
          public void refused(PosthornException why) {}
        };

    /** Called when the message is on disk with all its deliveries, before any of them ends. */
    void committed(SendResult result);

    /** Called when the answer has been created. */
    void answered();

    /** Called when the message is refused. */
    void refused(PosthornException why);
  }
}
