package dev.posthorn.internal.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthorn.spi.runtime.Owner;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static Owner owner(String group, String member) {
    return new Owner(group, member);
  }

  private static int takeAll(Shares shares, Owner owner) {
    int taken = 0;
    while (shares.mayTake(owner)) {
      shares.take(owner);
      taken++;
    }
    return taken;
  }

  @Test
  void nobodyTakesMoreThanIsLeftForOthers() {
    Shares shares = Shares.ofGroups(16);
    assertThat(takeAll(shares, owner("a", "x"))).isEqualTo(8);
    assertThat(takeAll(shares, owner("a", "y"))).isZero();
    assertThat(takeAll(shares, owner("b", "x"))).isEqualTo(4);
    assertThat(takeAll(shares, owner("c", "x"))).isEqualTo(2);
    assertThat(takeAll(shares, owner("d", "x"))).isEqualTo(1);
    assertThat(takeAll(shares, owner("e", "x"))).isEqualTo(1);
    assertThat(takeAll(shares, owner("f", "x"))).isZero();
  }

  @Test
  void aGroupMayTakeAsLongAsOneOfItsMembersMay() {
    Shares shares = Shares.ofMembers(16);
    assertThat(takeAll(shares, owner("a", "x"))).isEqualTo(4);
    assertThat(shares.mayGroupTake("a")).isTrue();
    for (int i = 0; shares.mayTake(owner("a", "m" + i)); i++) {
      assertThat(shares.mayGroupTake("a")).isTrue();
      shares.take(owner("a", "m" + i));
    }
    assertThat(shares.mayGroupTake("a")).isFalse();
    assertThat(shares.mayGroupTake("b")).isTrue();
  }

  @Test
  void membersShareWhatTheirGroupMayHave() {
    Shares shares = Shares.ofMembers(16);
    assertThat(takeAll(shares, owner("a", "x"))).isEqualTo(4);
    assertThat(takeAll(shares, owner("a", "y"))).isEqualTo(2);
    assertThat(takeAll(shares, owner("a", "z"))).isEqualTo(1);
    assertThat(takeAll(shares, owner("b", "x"))).isEqualTo(3);
    assertThat(takeAll(shares, owner("c", "x"))).isEqualTo(2);
  }

  @Test
  void whatIsGivenBackIsThereForAll() {
    Shares shares = Shares.ofMembers(8);
    Owner a = owner("a", "x");
    int taken = takeAll(shares, a);
    assertThat(shares.mayTake(a)).isFalse();
    for (int i = 0; i < taken; i++) {
      shares.giveBack(a);
    }
    assertThat(shares.isUntaken()).isTrue();
    assertThat(takeAll(shares, owner("b", "x"))).isEqualTo(taken);
  }

  @Test
  void oneOfOneIsForWhoeverComesFirst() {
    Shares shares = Shares.ofMembers(1);
    assertThat(takeAll(shares, owner("a", "x"))).isEqualTo(1);
    assertThat(shares.mayTake(owner("b", "x"))).isFalse();
  }
}
