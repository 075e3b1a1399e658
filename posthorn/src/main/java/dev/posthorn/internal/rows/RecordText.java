package dev.posthorn.internal.rows;

import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Text of lists of records, for a log that programs of other versions read, too: the name of each
 * record and its components by name, as JSON that is all ASCII. A record, or a component, that only
 * one of the versions knows makes the text unreadable for the other; nothing of it is ignored.
 *
 * @param <T> what the records have in common
 */
public final class RecordText<T> {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final Class<T> type;
  private final Map<String, Shape> shapes = new HashMap<>();

  /**
   * Describes the text.
   *
   * @param type what the records have in common
   * @param records the classes of the records, whose simple names differ
   */
  public RecordText(Class<T> type, List<Class<? extends T>> records) {
    this.type = type;
    records.forEach(one -> shapes.put(one.getSimpleName(), Shape.of(one)));
  }

  /** Returns the text of records. */
  public String write(List<? extends T> records) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartArray();
      for (T one : records) {
        String name = one.getClass().getSimpleName();
        json.writeString(name);
        require(shapes.get(name), name).write(json, one);
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  /**
   * Returns the records of a text.
   *
   * @throws IllegalArgumentException if this version of the program cannot read all of it
   */
  public List<T> read(String text) {
    List<T> records = new ArrayList<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        String name = json.getString();
        json.nextToken();
        records.add(type.cast(require(shapes.get(name), name).read(json)));
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("invalid text of records", e);
    }
    return records;
  }

  private static <V> V require(@Nullable V known, String name) {
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown name " + name + ": another version of the program has written it");
    }
    return known;
  }

  /** A component: its name, the method that returns it, and its form. */
  private record Component(String name, Method accessor, TextType form) {
    static Component of(RecordComponent component) {
      Class<?> type = component.getType();
      TextType form =
          type.isRecord() ? Shape.of(type).asType() : TextType.of(component.getGenericType());
      return new Component(component.getName(), component.getAccessor(), form);
    }
  }

  /** A record type: its constructor and components. */
  private record Shape(Constructor<?> constructor, List<Component> components) {

    static Shape of(Class<?> type) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        return new Shape(
            type.getDeclaredConstructor(types),
            Arrays.stream(components).map(Component::of).toList());
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e); // each record has one
      }
    }

    TextType asType() {
      return new TextType(this::read, this::write);
    }

    void write(JsonGenerator json, Object record) {
      json.writeStartObject();
      for (Component component : components) {
        Object value = invoke(() -> component.accessor.invoke(record));
        json.writeName(component.name);
        if (value == null) {
          json.writeNull();
        } else {
          component.form.writer().write(json, value);
        }
      }
      json.writeEndObject();
    }

    Object read(JsonParser json) {
      @Nullable Object[] arguments = new @Nullable Object[components.size()];
      boolean[] present = new boolean[arguments.length];
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        int at = indexOf(json.currentName());
        boolean isNull = json.nextToken() == JsonToken.VALUE_NULL;
        arguments[at] = isNull ? null : components.get(at).form.reader().read(json);
        present[at] = true;
      }
      for (int i = 0; i < present.length; i++) {
        if (!present[i]) {
          throw new IllegalArgumentException(
              "missing name "
                  + components.get(i).name
                  + ": another version of the program has written the rest");
        }
      }
      Object made = invoke(() -> constructor.newInstance(arguments));
      if (made == null) {
        throw new IllegalStateException(constructor + " returned null");
      }
      return made;
    }

    private int indexOf(String name) {
      for (int i = 0; i < components.size(); i++) {
        if (components.get(i).name.equals(name)) {
          return i;
        }
      }
      return require(null, name);
    }
  }

  private interface Call {
    @Nullable Object call() throws ReflectiveOperationException;
  }

  private static @Nullable Object invoke(Call call) {
    try {
      return call.call();
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("invalid record", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // the records are public
    }
  }
}
