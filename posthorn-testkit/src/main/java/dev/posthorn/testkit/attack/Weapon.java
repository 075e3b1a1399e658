package dev.posthorn.testkit.attack;

import java.io.IOException;

/**
 * One kind of attack.
 *
 * @param name what is done, for people
 * @param workers how many do it at the same time
 * @param client which of the attacker's addresses they come from
 * @param strike what each does again and again
 */
record Weapon(String name, int workers, int client, Strike strike) {

  /** Something that is done once. */
  @FunctionalInterface
  interface Strike {
    void once(Worker worker) throws IOException;
  }
}
