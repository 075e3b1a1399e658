package dev.posthorn.internal.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/**
 * Serializes what belongs to another JSON library, at any depth, where Jackson 3 would write its
 * getters without a word: see {@link ForeignTypes}.
 */
final class ForeignSerializers extends Serializers.Base {

  @Override
  public @Nullable ValueSerializer<?> findSerializer(
      SerializationConfig config,
      JavaType type,
      BeanDescription.Supplier bean,
      JsonFormat.@Nullable Value format) {
    return of(type);
  }

  @Override
  public @Nullable ValueSerializer<?> findEnumSerializer(
      SerializationConfig config,
      JavaType type,
      BeanDescription.Supplier bean,
      JsonFormat.@Nullable Value format) {
    return of(type);
  }

  @Override
  public @Nullable ValueSerializer<?> findCollectionSerializer(
      SerializationConfig config,
      CollectionType type,
      BeanDescription.Supplier bean,
      JsonFormat.@Nullable Value format,
      @Nullable TypeSerializer elementType,
      @Nullable ValueSerializer<Object> elements) {
    return of(type);
  }

  @Override
  public @Nullable ValueSerializer<?> findMapSerializer(
      SerializationConfig config,
      MapType type,
      BeanDescription.Supplier bean,
      JsonFormat.@Nullable Value format,
      @Nullable ValueSerializer<Object> keys,
      @Nullable TypeSerializer valueType,
      @Nullable ValueSerializer<Object> values) {
    return of(type);
  }

  private static @Nullable ValueSerializer<?> of(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (ForeignTypes.isTree(raw)) {
      return new AsText();
    }
    String problem = ForeignTypes.problem(raw);
    return problem == null ? null : new Refusing(problem);
  }

  /** Takes a tree as the JSON text that it says it is. */
  private static final class AsText extends ValueSerializer<Object> {
    @Override
    public void serialize(Object tree, JsonGenerator json, SerializationContext context) {
      String text = String.valueOf(tree);
      String problem = Json.problem(text.getBytes(StandardCharsets.UTF_8));
      if (problem != null) {
        context.reportMappingProblem("a %s %s", tree.getClass().getName(), problem);
      }
      json.writeRawValue(text);
    }
  }

  private static final class Refusing extends ValueSerializer<Object> {
    private final String problem;

    Refusing(String problem) {
      this.problem = problem;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializationContext context) {
      context.reportMappingProblem("%s", problem);
    }
  }
}
