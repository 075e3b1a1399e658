package dev.posthorn.server.http;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Parses the body of a request, which must be one JSON object of bounded size. */
final class BodyParser {
  /** Maximum number of JSON tokens in a body: each takes many times its bytes in memory. */
  static final int MAX_TOKENS = 50_000;

  /** Maximum number of JSON tokens in an import, which only an unrestricted token may send. */
  static final int MAX_TOKENS_OF_IMPORT = 1_000_000;

  /** Maximum nesting depth. */
  static final int MAX_DEPTH = 200;

  /** The parser of most bodies. */
  static final BodyParser SETTINGS = new BodyParser(MAX_TOKENS);

  /** The parser of imports. */
  static final BodyParser IMPORT = new BodyParser(MAX_TOKENS_OF_IMPORT);

  private final JsonMapper mapper;

  private BodyParser(int tokens) {
    this.mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // UTF-8: RFC 8259, 8.1
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(tokens)
                            .build())
                    .build())
            // Numbers keep all their digits: stored JSON must come back unchanged.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
  }

  /** Returns a body as an object; throws 422 if it is not valid JSON or not an object. */
  JsonNode object(byte[] body) {
    JsonNode node;
    try {
      node = mapper.readTree(body);
    } catch (JacksonException e) {
      throw ApiError.notJson(e);
    } catch (NumberFormatException e) { // the exponent exceeds that of any BigDecimal
      throw ApiError.invalid(
          List.of("body"), "contains a number that is too large; send a smaller one");
    }
    if (!node.isObject()) {
      throw ApiError.invalid(List.of("body"), "must be a JSON object");
    }
    requireText(node);
    return node;
  }

  /** Rejects unpaired surrogates: they are not characters, and no answer could represent them. */
  private static void requireText(JsonNode node) {
    if (node.isString() && hasHalf(node.asString())) {
      throw ApiError.invalid(
          List.of("body"), "contains a string with an unpaired surrogate; send valid Unicode");
    }
    node.forEach(BodyParser::requireText);
  }

  private static boolean hasHalf(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
