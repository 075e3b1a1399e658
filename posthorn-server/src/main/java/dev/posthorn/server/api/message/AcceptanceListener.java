package dev.posthorn.server.api.message;

import dev.posthorn.PosthornException;
import dev.posthorn.internal.engine.base.SendResult;
import dev.posthorn.server.http.Call;

/** Is told of the messages that the API takes; on threads that must not wait. */
public interface AcceptanceListener {
  /** Takes no notice of anything. */
  AcceptanceListener NONE = (call, type) -> Progress.UNWATCHED;

  /**
   * A message that makes sense came, and goes to the engine next.
   *
   * @param type its event type
   * @return who is told what becomes of it
   */
  Progress begins(Call call, String type);

  /** What becomes of one message: it is committed and then answered, or it is refused. */
  interface Progress {
    /** Takes no notice. */
    Progress UNWATCHED =
        new Progress() {
          @Override
          public void committed(SendResult accepted) {}

          @Override
          public void answered() {}

          @Override
          public void refused(PosthornException why) {}
        };

    /** It is on disk, with all of its deliveries; none of them has ended yet. */
    void committed(SendResult accepted);

    /** The answer is made. */
    void answered();

    /** It is not accepted. */
    void refused(PosthornException why);
  }
}
