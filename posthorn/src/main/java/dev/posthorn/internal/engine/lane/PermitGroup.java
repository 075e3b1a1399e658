package dev.posthorn.internal.engine.lane;

import dev.posthorn.internal.engine.lane.Permits.Size;

/** The lanes of one standing: what they have in use, and those that wait. Owned by the loop. */
final class PermitGroup {
  final Line small = new Line();
  final Line large = new Line();
  int inUse;

  /** The lanes whose payloads are of one size. */
  static final class Line {
    final ApplicationTurns<PermitShare> shares = new ApplicationTurns<>();
    long bytes;
  }

  Line line(Size size) {
    return size == Size.SMALL ? small : large;
  }
}
