package dev.posthorn.internal.engine.registry;

/**
 * What came of a change that creates something unless it is there.
 *
 * @param row how it is now
 * @param created whether it was not there before
 */
public record Put<T>(T row, boolean created) {

  /** Returns the class of what is put, whatever it is. */
  @SuppressWarnings("unchecked") // at run time there is but one
  public static <T> Class<Put<T>> type() {
    return (Class<Put<T>>) (Class<?>) Put.class;
  }
}
