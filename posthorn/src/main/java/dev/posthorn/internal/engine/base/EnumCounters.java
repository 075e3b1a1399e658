package dev.posthorn.internal.engine.base;

import java.util.EnumMap;
import java.util.concurrent.atomic.LongAdder;

/** A count for each constant of an enum. Thread-safe. */
final class EnumCounters<E extends Enum<E>> {
  private final EnumMap<E, LongAdder> adders; // never changed once it is filled

  EnumCounters(Class<E> type) {
    adders = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      adders.put(constant, new LongAdder());
    }
  }

  void add(E constant) {
    adder(constant).increment();
  }

  long get(E constant) {
    return adder(constant).sum();
  }

  private LongAdder adder(E constant) {
    LongAdder adder = adders.get(constant);
    if (adder == null) {
      throw new IllegalStateException("no count for " + constant);
    }
    return adder;
  }
}
