package dev.posthorn.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.RawValue;
import com.google.gson.Gson;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.annotations.SerializedName;
import dev.posthorn.PayloadMapper;
import dev.posthorn.Posthorn;
import dev.posthorn.PosthornException;
import dev.posthorn.PosthornOptions;
import dev.posthorn.Reason;
import jakarta.json.Json;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.annotation.JsonbProperty;
import java.io.IOException;
import java.io.StringReader;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of the JSON libraries that programs have, in the versions that Spring Boot manages. */
class ForeignJsonTest {
  @TempDir private static Path folder;
  @AutoClose private static Posthorn posthorn;

  @BeforeAll
  static void open() {
    posthorn = Posthorn.open(folder.resolve("webhooks.db"));
  }

  private static final String TREE = "{\"id\":\"inv_1\",\"lines\":[1.5,null,true]}";

  // ---- trees ---------------------------------------------------------------------------------

  private static Stream<Object> trees() throws IOException {
    return Stream.of(
        new ObjectMapper().readTree(TREE),
        JsonParser.parseString(TREE),
        Json.createReader(new StringReader(TREE)).readObject(),
        new JSONObject()
            .put("id", "inv_1")
            .put("lines", new JSONArray().put(1.5).put(JSONObject.NULL).put(true)));
  }

  private record Holder(Object any) {}

  @ParameterizedTest
  @MethodSource("trees")
  void a_tree_of_another_library_is_the_json_that_it_is(Object tree) {
    assertThat(written(tree)).isEqualTo(TREE);
    assertThat(written(Map.of("a", tree))).isEqualTo("{\"a\":" + TREE + "}");
    assertThat(written(new Holder(List.of(tree)))).isEqualTo("{\"any\":[" + TREE + "]}");
  }

  private record Typed(
      com.fasterxml.jackson.databind.JsonNode jackson,
      com.google.gson.JsonElement gson,
      jakarta.json.JsonValue jakarta) {}

  @Test
  void so_is_one_whose_type_is_declared_and_one_that_is_no_object() {
    assertThat(
            written(
                new Typed(
                    JsonNodeFactory.instance.textNode("a\"b"),
                    JsonParser.parseString("[1]"),
                    jakarta.json.JsonValue.NULL)))
        .isEqualTo("{\"jackson\":\"a\\\"b\",\"gson\":[1],\"jakarta\":null}");
    assertThat(written(new JSONArray().put(1))).isEqualTo("[1]");
    assertThat(written(List.of(JSONObject.NULL))).isEqualTo("[null]");
    assertThat(written(Json.createArrayBuilder().add("x").build())).isEqualTo("[\"x\"]");
    assertThat(written(Json.createValue("x"))).isEqualTo("\"x\"");
  }

  @Test
  void a_tree_of_jackson_3_is_written_by_it() {
    var tree = tools.jackson.databind.json.JsonMapper.shared().readTree(TREE);
    assertThat(written(Map.of("a", tree))).startsWith("{\"a\":{\"id\":\"inv_1\"");
  }

  @Test
  void a_tree_that_is_no_json_is_refused() {
    refuses(MissingNode.getInstance(), "MissingNode");
    refuses(Map.of("a", new JsonPrimitive(Double.NaN)), "NaN");
  }

  // ---- annotations ---------------------------------------------------------------------------

  @JsonNaming(SnakeCaseStrategy.class)
  private record OnClass(String someId) {}

  private record OnField(@SerializedName("id") String someId) {}

  public static final class OnGetter {
    @JsonbProperty("id")
    @SuppressWarnings("unused")
    public String getSomeId() {
      return "1";
    }
  }

  private static class Inherits extends Base {}

  private static class Base {
    @JsonSerialize(using = ToStringSerializer.class)
    public final int id = 1;
  }

  private enum OnConstant {
    @SerializedName("one")
    ONE
  }

  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = ToStringSerializer.class)
  private @interface AsText {}

  private record Bundled(@AsText int id) {}

  private static Stream<Object> annotated() {
    return Stream.of(
        new OnClass("1"),
        new OnField("1"),
        new OnGetter(),
        new Inherits(),
        OnConstant.ONE,
        new Bundled(1),
        new RawValue("1"),
        (com.google.gson.JsonSerializer<String>) (value, type, context) -> new JsonPrimitive(1));
  }

  @ParameterizedTest
  @MethodSource("annotated")
  void what_only_another_library_writes_right_is_refused_with_the_remedy(Object payload) {
    refuses(payload, "PosthornOptions.json");
    refuses(Map.of("a", List.of(payload)), "PosthornOptions.json");
  }

  @Test
  void the_refusal_names_class_and_annotation() {
    refuses(
        new OnField("1"),
        "ForeignJsonTest$OnField has @com.google.gson.annotations.SerializedName");
  }

  @JsonDeserialize(as = Shared.class)
  private record Shared(@JsonProperty("id") String someId) {}

  @Test
  void annotations_that_jackson_3_knows_or_that_are_for_reading_are_no_hindrance() {
    assertThat(written(new Shared("1"))).isEqualTo("{\"id\":\"1\"}");
  }

  // ---- the application's own mapper ----------------------------------------------------------

  @Test
  void the_mapper_of_the_application_has_its_annotations_heeded() {
    mapped(new ObjectMapper()::writeValueAsString, new OnClass("1"), "{\"some_id\":\"1\"}");
    mapped(new Gson()::toJson, new OnField("1"), "{\"id\":\"1\"}");
    mapped(JsonbBuilder.create()::toJson, new OnGetter(), "{\"id\":\"1\"}");
  }

  private static void mapped(PayloadMapper mapper, Object payload, String expected) {
    PosthornOptions options =
        PosthornOptions.builder(folder.resolve("mapped.db")).json(mapper).build();
    try (Posthorn own = Posthorn.open(options)) {
      assertThat(written(own, payload)).isEqualTo(expected);
    }
  }

  // ---- help ----------------------------------------------------------------------------------

  private static String written(Object payload) {
    return written(posthorn, payload);
  }

  private static String written(Posthorn by, Object payload) {
    return by.messages().get(by.send("a.b", payload).id()).text();
  }

  private static void refuses(Object payload, String problem) {
    assertThatThrownBy(() -> written(payload))
        .isInstanceOfSatisfying(
            PosthornException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
        .hasMessageContainingAll("payload", problem);
  }
}
