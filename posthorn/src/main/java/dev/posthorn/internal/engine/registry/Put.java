package dev.posthorn.internal.engine.registry;

/**
 * The result of a change that creates something unless it exists.
 *
 * @param row the row after the change
 * @param created whether the change created it
 */
public record Put<T>(T row, boolean created) {

  /** Returns the class of such results. */
  @SuppressWarnings("unchecked") // at run time there is but one
  public static <T> Class<Put<T>> type() {
    return (Class<Put<T>>) (Class<?>) Put.class;
  }
}
