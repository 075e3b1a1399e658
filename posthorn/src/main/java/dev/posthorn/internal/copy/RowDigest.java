package dev.posthorn.internal.copy;

import dev.posthorn.spi.store.rows.MessageRow;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The number of some rows and a checksum of their content and their partitions, which does not
 * depend on their order: the sum of the first 8 bytes of each row's SHA-256.
 */
public final class RowDigest {
  private static final byte[] NOTHING = {};

  private final Map<Class<?>, RecordComponent[]> components = new HashMap<>();
  private final MessageDigest sha = sha();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final DataOutputStream out = new DataOutputStream(bytes);
  private long count;
  private long sum;

  /** Creates the digest of no rows. */
  public RowDigest() {}

  /**
   * A number of rows and their checksum.
   *
   * @param count the number
   * @param sum the checksum
   */
  public record Result(long count, long sum) {}

  /** Returns what a message's body counts as, which a database can compute: its SHA-256. */
  public static MessageRow hashed(MessageRow row) {
    return new MessageRow(
        row.id(),
        row.application(),
        row.spec(),
        row.targets(),
        row.expunged() ? NOTHING : sha().digest(row.body()),
        row.expunged());
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each Java has it
    }
  }

  /** Adds a row. */
  public void add(Exported<?> row) {
    bytes.reset();
    try {
      out.writeInt(row.partition());
      write(row.row());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the stream is in memory
    }
    count++;
    sum += ByteBuffer.wrap(sha.digest(bytes.toByteArray())).getLong();
  }

  /** Returns the number of rows so far, and their checksum. */
  public Result result() {
    return new Result(count, sum);
  }

  private void write(@Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeByte(0);
      case Long number -> out.writeLong(number);
      case Integer number -> out.writeInt(number);
      case Boolean flag -> out.writeBoolean(flag);
      case Enum<?> constant -> text(constant.name());
      case String text -> text(text);
      case byte[] some -> {
        out.writeInt(some.length);
        out.write(some);
      }
      case long[] numbers -> {
        out.writeInt(numbers.length);
        for (long number : numbers) {
          out.writeLong(number);
        }
      }
      case List<?> list -> {
        out.writeInt(list.size());
        for (Object each : list) {
          write(each);
        }
      }
      case Map<?, ?> map -> {
        out.writeInt(map.size());
        for (Map.Entry<?, ?> each : new TreeMap<>(map).entrySet()) {
          write(each.getKey());
          write(each.getValue());
        }
      }
      case Record nested -> record(nested);
      default -> throw new IllegalArgumentException("no digest of " + value.getClass());
    }
  }

  /** Lengths come first, so that different texts one after another are not the same bytes. */
  private void text(String text) throws IOException {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_16BE);
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  private void record(Record row) throws IOException {
    for (RecordComponent component :
        components.computeIfAbsent(row.getClass(), Class::getRecordComponents)) {
      try {
        write(component.getAccessor().invoke(row));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e); // the records of stores are public
      }
    }
  }
}
