package dev.posthorn.internal.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicIdsTest {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final long ID = Ids.firstAt(1_700_000_000_000L) + 5;

  private final PublicIds ids = new PublicIds(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @ParameterizedTest
  @ValueSource(longs = {1, 61, 62, 3_565_158_400_000_000_005L, Long.MAX_VALUE})
  void a_public_id_leads_back_to_its_id(long id) {
    String text = ids.format(IdPrefix.MESSAGE, id);

    assertThat(text).matches("msg_[0-9A-Za-z]{27}");
    assertThat(ids.parse(IdPrefix.MESSAGE, text)).hasValue(id);
  }

  @Test
  void public_ids_sort_as_ids_do() {
    List<String> texts =
        LongStream.of(1, 9, 10, 35, 36, 61, 62, 3_843, 3_844, ID, ID + 1, ID + 62, Long.MAX_VALUE)
            .mapToObj(id -> ids.format(IdPrefix.MESSAGE, id))
            .toList();

    assertThat(texts).isSorted();
  }

  @Test
  void an_id_with_one_other_digit_is_refused() {
    String text = ids.format(IdPrefix.MESSAGE, ID);
    for (int at = "msg_".length(); at < text.length(); at++) {
      for (int i = 0; i < DIGITS.length(); i++) {
        char digit = DIGITS.charAt(i);
        if (digit != text.charAt(at)) {
          String other = text.substring(0, at) + digit + text.substring(at + 1);
          assertThat(ids.parse(IdPrefix.MESSAGE, other)).as(other).isEmpty();
        }
      }
    }
  }

  @Test
  void an_id_of_another_store_is_refused() {
    String text = ids.format(IdPrefix.MESSAGE, ID);

    assertThat(new PublicIds(1, 0x0f0e0d0c0b0a0908L).parse(IdPrefix.MESSAGE, text)).isEmpty();
    assertThat(new PublicIds(0x0706050403020100L, 1).parse(IdPrefix.MESSAGE, text)).isEmpty();
  }

  @Test
  void an_id_of_another_thing_is_refused() {
    String digits = ids.format(IdPrefix.MESSAGE, ID).substring("msg_".length());

    assertThat(ids.parse(IdPrefix.ENDPOINT, "msg_" + digits)).isEmpty();
    assertThat(ids.parse(IdPrefix.ENDPOINT, "ep_" + digits)).isEmpty();
    assertThat(ids.parse(IdPrefix.TOKEN, "key_" + digits)).isEmpty();
  }

  @Test
  void the_tag_of_one_things_id_fits_no_id_of_another_that_can_be_worked_out() {
    long difference = (long) ("msg".hashCode() ^ "ep".hashCode()) << 32;
    String message = ids.format(IdPrefix.MESSAGE, ID);
    String endpoint = ids.format(IdPrefix.ENDPOINT, ID ^ difference);
    String forged =
        endpoint.substring(0, endpoint.length() - 16) + message.substring(message.length() - 16);

    assertThat(ids.parse(IdPrefix.ENDPOINT, endpoint)).hasValue(ID ^ difference);
    assertThat(ids.parse(IdPrefix.ENDPOINT, forged)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "msg",
        "msg_",
        "msg_00000000001",
        "msg_0000000000100000000000000000",
        "msg-000000000010000000000000000",
        "msg_zzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "msg_0000000000é0000000000000000",
        "msg_0000 0000010000000000000000",
        "msg_-00000000010000000000000000"
      })
  void what_has_not_the_form_of_an_id_is_refused(String text) {
    assertThat(ids.parse(IdPrefix.MESSAGE, text)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(IdPrefix.class)
  void the_pattern_of_a_prefix_is_that_of_its_ids(IdPrefix prefix) {
    String text = ids.format(prefix, ID);

    assertThat(text).startsWith(prefix.text() + "_").matches(prefix.pattern());
    assertThat(text + "0").doesNotMatch(prefix.pattern());
    assertThat(ids.parse(prefix, text)).hasValue(ID);
  }

  @Test
  void zero_is_no_id() {
    assertThat(ids.parse(IdPrefix.MESSAGE, ids.format(IdPrefix.MESSAGE, 0))).isEmpty();
  }
}
